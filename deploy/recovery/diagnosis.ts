import { TOPICS } from '../../billing/events.ts'
import { TOPIC as ORDERS } from '../../order/events.ts'
import type { Sql } from '../../shared/database.ts'
import type { BrokerAccess } from '../../shared/kafka/client.ts'
import type { Databases } from '../places/sql.ts'
import { billingBehind, orderBehind } from './behind.ts'
import { hasRecords, isEmptyLog, type LogState, outside, readLogState } from './log-state.ts'

/** In the sequence in which they have to be mended. */
export const CASES = ['cache-lost', 'database-behind', 'broker-lost', 'messages-lost'] as const
export type Case = (typeof CASES)[number]

/** What is wrong, and what showed it. */
export type Trouble = { case: Case; signs: string[] }

const CACHE = ['balances', 'journal', 'checkpoints'] as const

/**
 * What keeps the services from starting well, told by positions and by the ends of the topics: a
 * fraction of a second, however much there is. Nothing is changed.
 */
export const diagnose = async (kafka: BrokerAccess, databases: Databases): Promise<Trouble[]> => {
  const log = await readLogState(kafka)
  const gone = await missingTables(databases.billing)
  const trouble = (name: Case, signs: (string | undefined)[]): Trouble[] => {
    const present = signs.filter((sign) => sign !== undefined)
    return present.length === 0 ? [] : [{ case: name, signs: present }]
  }
  if (gone.length > 0) {
    return trouble(
      'cache-lost',
      gone.map((table) => `billing has no table ${table}`),
    )
  }
  const checkpoints = await readCheckpoints(databases.billing)
  return [
    ...trouble('cache-lost', await emptied(databases.billing, checkpoints)),
    ...trouble('database-behind', await behind(kafka, databases, log, checkpoints)),
    ...trouble('broker-lost', await lost(databases.billing, log, checkpoints)),
  ]
}

const missingTables = async (sql: Sql): Promise<string[]> => {
  const rows = await sql<{ name: string }[]>`
    select name from unnest(${[...CACHE]}::text[]) as cache (name) where to_regclass(name) is null`
  return rows.map(({ name }) => name)
}

type Checkpoint = { topic: string; partition: number; position: bigint }

const readCheckpoints = async (sql: Sql): Promise<Checkpoint[]> => {
  const rows = await sql<{ topic: string; partition: bigint; position: bigint }[]>`
    select topic, partition, position from checkpoints`
  return rows.map((row) => ({ ...row, partition: Number(row.partition) }))
}

/** A copy without its rows, though its checkpoint says that they were stored. */
const emptied = async (sql: Sql, checkpoints: readonly Checkpoint[]): Promise<string[]> => {
  const [row] = await sql<[{ balances: boolean; journal: boolean; decided: boolean }]>`
    select exists (select from balances) as balances, exists (select from journal) as journal,
           exists (select from transactions where sequence is not null) as decided`
  const isStored = (topic: string) =>
    checkpoints.some((one) => one.topic === topic && one.position > 0n)
  return [
    ...(row.decided && !row.balances && isStored(TOPICS.balances) ? ['balances is empty'] : []),
    ...(row.decided && !row.journal && isStored(TOPICS.journal) ? ['journal is empty'] : []),
  ]
}

const behind = async (
  kafka: BrokerAccess,
  { billing, order }: Databases,
  log: LogState,
  checkpoints: readonly Checkpoint[],
): Promise<(string | undefined)[]> => {
  const stored = new Map(
    checkpoints
      .filter(({ topic }) => topic === TOPICS.balances)
      .map(({ partition, position }) => [partition, position]),
  )
  return [
    hasRecords(log, TOPICS.transactions) || hasRecords(log, TOPICS.balances)
      ? await billingBehind(kafka, billing, stored)
      : undefined,
    hasRecords(log, ORDERS)
      ? await orderBehind(kafka, order, log.ends.get(ORDERS)?.size ?? 0)
      : undefined,
  ]
}

const lost = async (
  billing: Sql,
  log: LogState,
  checkpoints: readonly Checkpoint[],
): Promise<string[]> => {
  const signs = outside(log, [
    ...checkpoints.map((one) => ({ who: "billing's table", ...one })),
    ...log.positions.map(({ group, ...one }) => ({ who: `the group ${group}`, ...one })),
  ])
  if (signs.length > 0 || !isEmptyLog(log)) return signs
  // Where nothing is on the log and nothing on its way there, nothing was ever accepted.
  const [row] = await billing<[{ count: bigint }]>`
    select count(*) from (select from transactions where sequence is not null
      and not exists (select from outbox) limit 1) as forgotten`
  return row.count === 0n ? [] : ['the log is empty, but transactions were accepted']
}

/** For one line. */
export const shownTrouble = ({ case: name, signs }: Trouble): string => {
  const more = signs.length > 1 ? ` (and ${signs.length - 1} more signs)` : ''
  return `${name}: ${signs[0] ?? ''}${more}`
}
