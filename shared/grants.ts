import type { Transaction } from './database.ts'

/** What the service itself may do with a table; whatever is not here it may not. */
export type TableGrants = {
  select?: true
  insert?: true
  /** These columns only. `select … for update` needs one of them too. */
  update?: readonly string[]
  delete?: true
}

/**
 * Every table of a service. A right may be taken out one release after the code that needed it:
 * grants are those of the newest build, while pods of the one before still run.
 */
export type Grants = Readonly<Record<string, TableGrants>>

/** Names of roles that are there already; without a name, nobody. */
export type Grantees = { app?: string | undefined; auditor?: string | undefined }

/**
 * Gives the service's role exactly these rights and the auditor a look at the same tables. In one
 * transaction with taking everything back first: who works meanwhile notices nothing, and what an
 * earlier build gave too much is gone. For the owner of the tables.
 */
export const applyGrants = async (
  tx: Transaction,
  grants: Grants,
  grantees: Grantees,
): Promise<void> => {
  for (const statement of grantStatements(grants, grantees)) await tx.unsafe(statement)
}

export const grantStatements = (grants: Grants, { app, auditor }: Grantees): string[] => [
  ...(app === undefined ? [] : statementsFor(app, grants)),
  ...(auditor === undefined ? [] : statementsFor(auditor, viewsOf(grants))),
]

const viewsOf = (grants: Grants): Grants =>
  Object.fromEntries(Object.keys(grants).map((table) => [table, { select: true }]))

/** Of the migrations, both may know which are applied: who starts has to check. */
const statementsFor = (role: string, grants: Grants): string[] => [
  ...['tables', 'sequences', 'routines'].map(
    (kind) => `revoke all on all ${kind} in schema public from ${quoted(role)}`,
  ),
  ...['public', 'drizzle'].map((schema) => `grant usage on schema ${schema} to ${quoted(role)}`),
  `grant select on drizzle.__drizzle_migrations to ${quoted(role)}`,
  ...Object.entries(grants).map(
    ([table, rights]) =>
      `grant ${wordsOf(rights).join(', ')} on public.${quoted(table)} to ${quoted(role)}`,
  ),
]

const wordsOf = ({ select, insert, update, delete: remove }: TableGrants): string[] => [
  ...(select ? ['select'] : []),
  ...(insert ? ['insert'] : []),
  ...(update ? [`update (${update.map(quoted).join(', ')})`] : []),
  ...(remove ? ['delete'] : []),
]

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
