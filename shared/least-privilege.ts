import type { Sql } from './database.ts'

export class TooPowerfulError extends Error {
  override readonly name = 'TooPowerfulError'
}

/**
 * Refuses a role that could undo its own limits: a superuser, or one that owns the tables, by
 * itself or as a member. Such a role in a service means that the migrator's secret was mounted.
 */
export const mustBeHumble = async (sql: Sql): Promise<void> => {
  const [role] = await sql<[{ name: string; is_superuser: boolean; owns: string | null }]>`
    select current_user as name, rolsuper as is_superuser,
      (select min(relname) from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and pg_has_role(relowner, 'usage')) as owns
    from pg_roles where rolname = current_user`
  const reason = role.is_superuser ? 'is a superuser' : role.owns && `owns the table ${role.owns}`
  if (!reason) return
  throw new TooPowerfulError(
    `the database role ${role.name} ${reason}: with MIGRATIONS=await a service takes only a role that may no more than it needs`,
  )
}
