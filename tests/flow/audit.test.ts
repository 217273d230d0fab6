import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { anyAccount } from '../../billing/audit-statements.ts'
import { openDatabase } from '../../shared/database.ts'
import { migrate } from '../../shared/migrations.ts'
import { freshDatabase } from '../support/postgres.ts'

const ROWS = 5_000
const TIMES = 10

test('where the audit begins is found without reading the books up to there', async () => {
  const url = await freshDatabase()
  await migrate({ url }, join(import.meta.dir, '../../billing/migrations'))
  const { sql, close } = openDatabase({ url }, { application: 'test' })
  try {
    await sql`
      insert into transactions (account, sequence, type, hash, amount)
      select 'account-' || n, 1, 'deposit', 'hash-' || n, 1 from generate_series(1, ${ROWS}::int) n`
    await sql`analyze transactions`
    await sql.begin(async (tx) => {
      const before = await rowsRead(tx)
      const found: (string | undefined)[] = []
      for (let time = 0; time < TIMES; time++) found.push(await anyAccount(tx))
      expect(new Set(found).size).toBeGreaterThan(1)
      expect((await rowsRead(tx)) - before).toBeLessThanOrEqual(TIMES * 2)
    })
  } finally {
    await close()
  }
})

/** By this transaction, however it found them. */
const rowsRead = async (tx: Parameters<typeof anyAccount>[0]): Promise<number> => {
  const [row] = await tx<[{ read: bigint }]>`
    select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read
    from pg_stat_xact_user_tables where relname = 'transactions'`
  return Number(row.read)
}
