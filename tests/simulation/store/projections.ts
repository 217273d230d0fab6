import { readRows } from '../../../billing/checkpoints.ts'
import type { Account } from '../../../billing/domain/account.ts'
import { balanceCodec, journalCodec, TOPICS } from '../../../billing/events.ts'
import { HaltError } from '../../../shared/exactly-once/halt.ts'
import type { ProjectionStore } from '../../../shared/exactly-once/projection.ts'
import type { BillingTables, JournalRow } from './billing-tables.ts'
import type { Pool, Run } from './pool.ts'
import { find, get, insert, lockRow, reading, type Transaction, write } from './transaction.ts'

/** As billing/balances.ts, statement by statement. */
export const balanceProjection = (
  { run }: Pool,
  tables: BillingTables,
  onStored: (account: string, sequence: number) => void,
): ProjectionStore => ({
  checkpoint: (partition) => checkpoint(run, tables, TOPICS.balances, partition),
  store: async (records, partition, next) => {
    const read = readRows(records, balanceCodec.decode).map(
      (row): Account => ({
        account: row.account,
        sequence: row.sequence,
        balance: row.balance,
        last: {
          amount: row.lastAmount,
          hash: row.lastHash,
          orderId: row.lastOrderId ?? undefined,
          state: row.lastTransactionState,
        },
      }),
    )
    const rows = [...new Map(read.map((row) => [row.account, row])).values()]
    const ahead = await run('store', function* (tx) {
      const other = aheadOfTheBooks(tx, tables, rows)
      if (other !== undefined) return other
      yield* storeBalances(tx, tables, rows)
      yield* advance(tx, tables, TOPICS.balances, partition, next)
      return undefined
    })
    if (ahead !== undefined) {
      throw new HaltError(`database_behind_log: the log has ${ahead.sequence} of ${ahead.account}`)
    }
    for (const { account, sequence } of rows) onStored(account, sequence)
  },
})

const aheadOfTheBooks = (
  tx: Transaction,
  { accounts }: BillingTables,
  rows: readonly Account[],
): Account | undefined =>
  rows.find(({ account, sequence }) => sequence > (get(tx, accounts, account)?.lastSequence ?? 0))

function* storeBalances(tx: Transaction, { balances }: BillingTables, rows: readonly Account[]) {
  for (const row of rows) {
    const before = yield* lockRow(tx, balances, row.account)
    if (before === undefined || before.sequence < row.sequence) write(tx, balances, row)
  }
}

/** As billing/journal.ts, statement by statement. */
export const journalProjection = ({ run }: Pool, tables: BillingTables): ProjectionStore => ({
  checkpoint: (partition) => checkpoint(run, tables, TOPICS.journal, partition),
  store: async (records, partition, next) => {
    const lines = readRows(records, journalCodec.decode)
    const other = await run('store', function* (tx) {
      const found = lines.find((line) => !isAccepted(tx, tables, line))
      if (found !== undefined) return found
      for (const line of lines) yield* insert(tx, tables.journal, line)
      yield* advance(tx, tables, TOPICS.journal, partition, next)
      return undefined
    })
    if (other !== undefined) {
      throw new HaltError(`database_behind_log: ${other.sequence} of ${other.account} is another`)
    }
  },
})

const isAccepted = (
  tx: Transaction,
  { transactions }: BillingTables,
  { account, sequence, type, hash, orderId, amount }: JournalRow,
): boolean => {
  const row = find(tx, transactions, 'transactions_sequence', `${account} ${sequence}`)?.stored
  const rowOrderId = row?.type === 'payment' ? row.orderId : null
  return row?.type === type && row.hash === hash && row.amount === amount && rowOrderId === orderId
}

const checkpoint = (
  run: Run,
  { checkpoints }: BillingTables,
  topic: string,
  partition: number,
): Promise<bigint> =>
  run(
    'checkpoint',
    reading((tx) => get(tx, checkpoints, `${topic} ${partition}`)?.position ?? 0n),
  )

function* advance(
  tx: Transaction,
  { checkpoints }: BillingTables,
  topic: string,
  partition: number,
  position: bigint,
) {
  const row = yield* lockRow(tx, checkpoints, `${topic} ${partition}`)
  if (row !== undefined && row.position >= position) return
  write(tx, checkpoints, { topic, partition, position })
}
