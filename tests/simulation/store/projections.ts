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
  { run, begin }: Pool,
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
    await begin((inside) =>
      Promise.all([
        knownToTheBooks(inside, tables, rows),
        inside('store', (tx) => storeBalances(tx, tables, rows)),
        inside('advance', (tx) => advance(tx, tables, TOPICS.balances, partition, next)),
      ]),
    )
    for (const { account, sequence } of rows) onStored(account, sequence)
  },
})

const knownToTheBooks = async (
  inside: Run,
  { accounts }: BillingTables,
  rows: readonly Account[],
): Promise<void> => {
  const ahead = await inside(
    'knownToTheBooks',
    reading((tx) =>
      rows.find(
        ({ account, sequence }) => sequence > (get(tx, accounts, account)?.lastSequence ?? 0),
      ),
    ),
  )
  if (ahead === undefined) return
  throw new HaltError(`database_behind_log: the log has ${ahead.sequence} of ${ahead.account}`)
}

function* storeBalances(tx: Transaction, { balances }: BillingTables, rows: readonly Account[]) {
  for (const row of rows) {
    const before = yield* lockRow(tx, balances, row.account)
    if (before === undefined || before.sequence < row.sequence) write(tx, balances, row)
  }
}

/** As billing/journal.ts, statement by statement. */
export const journalProjection = (
  { run, begin }: Pool,
  tables: BillingTables,
): ProjectionStore => ({
  checkpoint: (partition) => checkpoint(run, tables, TOPICS.journal, partition),
  store: async (records, partition, next) => {
    const lines = readRows(records, journalCodec.decode)
    await begin((inside) =>
      Promise.all([
        acceptedHere(inside, tables, lines),
        inside('store', function* (tx) {
          for (const line of lines) yield* insert(tx, tables.journal, line)
        }),
        inside('advance', (tx) => advance(tx, tables, TOPICS.journal, partition, next)),
      ]),
    )
  },
})

const acceptedHere = async (
  inside: Run,
  { transactions }: BillingTables,
  lines: readonly JournalRow[],
): Promise<void> => {
  const isOther = (
    tx: Transaction,
    { account, sequence, type, hash, orderId, amount }: JournalRow,
  ) => {
    const row = find(tx, transactions, 'transactions_sequence', `${account} ${sequence}`)?.stored
    const rowOrderId = row?.type === 'payment' ? row.orderId : null
    const isSame =
      row?.type === type && row.hash === hash && row.amount === amount && rowOrderId === orderId
    return !isSame
  }
  const other = await inside(
    'acceptedHere',
    reading((tx) => lines.find((line) => isOther(tx, line))),
  )
  if (other === undefined) return
  throw new HaltError(`database_behind_log: ${other.sequence} of ${other.account} is another`)
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
