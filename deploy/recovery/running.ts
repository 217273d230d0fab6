import { type Places, SERVICES } from '../places/places.ts'
import type { Databases } from '../places/sql.ts'

/** Which services have sessions in their databases now, and from where. */
export const runningServices = async (databases: Databases): Promise<string[]> => {
  const found = await Promise.all(
    SERVICES.map(async (name) => {
      const rows = await databases[name]<{ count: bigint; addresses: string }[]>`
        select count(*), coalesce(string_agg(distinct host(client_addr), ', '), 'this machine') as addresses
        from pg_stat_activity
        where datname = current_database() and application_name in (${name}, 'relay')
        having count(*) > 0`
      return rows.map(({ count, addresses }) => `${name} (${count} sessions, from ${addresses})`)
    }),
  )
  return found.flat()
}

/** How many steps an operator has to take first; thrown at whoever forgot them. */
export const mustBeStopped = async (databases: Databases): Promise<void> => {
  const running = await runningServices(databases)
  if (running.length === 0) return
  throw new Error(
    `services still run: ${running.join('; ')}.\nStop them first: kubectl scale deployment/<name>-service --namespace <name> --replicas=0 for each`,
  )
}

export type Recovery = { places: Places; databases: Databases }
