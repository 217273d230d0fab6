import { type Account, openAccount, type Transaction } from '../../billing/domain/account.ts'
import { type Line, lineOf } from '../../billing/domain/audit.ts'
import { type TransactionRow, transactionOf } from '../../billing/transaction-row.ts'
import type { Sql } from '../../shared/database.ts'
import type { Databases } from '../places/sql.ts'
import { messagesOf, type Outcome } from '../verify/orders.ts'

const PAGE = 1_000

type Row = TransactionRow & {
  state: 'APPROVED' | 'REJECTED' | null
  reason: string | null
  balance: bigint | null
}

/** All numbered transactions, account by account and in sequence, with what was journaled. */
async function* acceptedInSequence(sql: Sql): AsyncGenerator<Row[]> {
  for (let [account, sequence] = ['', '0']; ; ) {
    const rows = await sql<Row[]>`
      select account, t.sequence, t.type, t.hash, t.order_id, t.amount,
             journal.state, journal.reason, journal.balance
      from transactions t left join journal using (account, sequence)
      where t.sequence is not null and (account, sequence) > (${account}, ${sequence}::bigint)
      order by account, sequence limit ${PAGE}`
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    account = last.account
    sequence = String(last.sequence)
  }
}

/** The same without the journal, to be sent again. */
export async function* transactionsInSequence(sql: Sql): AsyncGenerator<Transaction[]> {
  for await (const rows of acceptedInSequence(sql)) yield rows.map(transactionOf)
}

/**
 * Decides everything that was accepted again, in memory, and compares it with every witness there
 * is: the journal, the statuses of the orders, the messages. What is decided anew by the ledger
 * comes out the same then. Throws at the first that says otherwise; answers how many there are.
 */
export const decideAgain = async (databases: Databases): Promise<number> => {
  let state: Account | undefined
  let count = 0
  for await (const rows of acceptedInSequence(databases.billing)) {
    const outcomes = new Map<bigint, Outcome>()
    for (const row of rows) {
      const transaction = transactionOf(row)
      if (state?.account !== row.account) state = openAccount(row.account)
      const line = lineOf(state, transaction)
      if (line === undefined) {
        throw new Error(
          `${row.account}: transaction ${state.sequence + 1} is missing, the next one is ${row.sequence}: is billing's database complete?`,
        )
      }
      compareWithJournal(row, line)
      if (transaction.type === 'payment') {
        outcomes.set(
          BigInt(transaction.orderId),
          line.state === 'APPROVED' ? 'approved' : 'rejected',
        )
      }
      state = { ...state, sequence: transaction.sequence, balance: line.balance }
      count += 1
    }
    await compareWithOthers(databases, outcomes)
  }
  await nothingElseJournaled(databases.billing)
  return count
}

const compareWithJournal = (row: Row, line: Line): void => {
  if (row.state === null) return
  if (row.state === line.state && row.reason === line.reason && row.balance === line.balance) return
  throw new Error(
    `${row.account}: the journal says of transaction ${row.sequence} ${row.state} and ${row.balance}, deciding it again gives ${line.state} and ${line.balance}: somebody has to find out why`,
  )
}

const compareWithOthers = async (
  { order, notification }: Databases,
  outcomes: ReadonlyMap<bigint, Outcome>,
): Promise<void> => {
  const ids = [...outcomes.keys()]
  const [statuses, messages] = await Promise.all([
    order<{ order_id: bigint; status: string }[]>`
      select order_id, status from orders
      where order_id = any(${ids.map(String)}::bigint[]) and status <> 'PENDING'`,
    messagesOf(notification, ids),
  ])
  const told = [
    ...statuses.map(({ order_id, status }): [bigint, Outcome, string] => [
      order_id,
      status === 'COMPLETE' ? 'approved' : 'rejected',
      'its status',
    ]),
    ...[...messages].map(([id, outcome]): [bigint, Outcome, string] => [
      id,
      outcome,
      'its message',
    ]),
  ]
  for (const [id, outcome, witness] of told) {
    if (outcomes.get(id) === outcome) continue
    throw new Error(
      `order ${id}: ${witness} says ${outcome}, deciding it again gives ${outcomes.get(id)}: somebody has to find out why`,
    )
  }
}

const nothingElseJournaled = async (sql: Sql): Promise<void> => {
  const [row] = await sql<{ account: string; sequence: bigint }[]>`
    select account, sequence from journal left join transactions t using (account, sequence)
    where t.id is null limit 1`
  if (row === undefined) return
  throw new Error(
    `${row.account}: the journal has transaction ${row.sequence}, which was never accepted: is billing's database complete?`,
  )
}
