import { join } from 'node:path'
import { withSql } from '../../../deploy/local/sql.ts'
import { openLines } from './json-lines.ts'

const DEADLINE_MS = 60_000
/** Rows at once. */
const PAGE = 5_000

/** Writes every table of a service's database, one row a line, its columns as Postgres prints them. */
export const dumpTables = async (folder: string, service: string, url: string): Promise<void> => {
  await withSql(url, DEADLINE_MS, (sql) =>
    // One snapshot for all tables, so that they can be compared with one another.
    sql.begin('isolation level repeatable read read only', async (tx) => {
      const columns = await tx<{ table_name: string; column_name: string }[]>`
        select table_name, column_name from information_schema.columns
        where table_schema = 'public' order by table_name, ordinal_position`
      for (const [table, list] of Map.groupBy(columns, ({ table_name }) => table_name)) {
        const names = list.map(({ column_name: name }) => `"${name}"::text as "${name}"`)
        const out = openLines(join(folder, `${service}.${table}.jsonl`))
        const rows = tx.unsafe(`select ${names.join(', ')} from "${table}"`)
        for await (const page of rows.cursor(PAGE)) for (const row of page) out.write(row)
        out.close()
      }
    }),
  )
}
