import type { Transaction as Tx } from '../shared/database.ts'
import { enqueue } from '../shared/outbox/enqueue.ts'
import type { Book, Known, Request, Stored } from './domain/admission.ts'
import { journaledOutcomes } from './journal.ts'
import type { AdmissionTransaction } from './store.ts'

/** A handful of statements, however many requests there are. */
export const admissionIn = (tx: Tx): AdmissionTransaction => ({
  known: (requests) => known(tx, requests),
  save: (rows) => save(tx, rows),
  number: (books) => number(tx, books),
  outcomes: (payments) => journaledOutcomes(tx, payments),
  enqueue: (messages) => enqueue(tx, messages),
})

const known = async (tx: Tx, requests: readonly Request[]): Promise<Known> => {
  const accounts = requests.map(({ account }) => account)
  const hashes = requests.flatMap((request) => (request.type === 'deposit' ? [request.hash] : []))
  const orders = requests.flatMap((request) =>
    request.type === 'payment' ? [request.orderId] : [],
  )
  // Sent together, answered in sequence: the second statement looks when the locks are held.
  const [books, rows] = await Promise.all([
    tx<{ account: string; last_sequence: bigint; deposited: bigint }[]>`
      select account, last_sequence, deposited from accounts
      where account = any(${accounts}::text[]) order by account for update`,
    tx<TransactionRow[]>`
      select account, sequence, type, hash, order_id, amount from transactions
      where order_id = any(${orders}::bigint[])
         or (type = 'deposit' and hash = any(${hashes}::text[]))`,
  ])
  const stored = rows.map(storedOf)
  return {
    books: new Map(books.map((row) => [row.account, bookOf(row)])),
    deposits: new Map(
      stored.flatMap((entry) => (entry.type === 'deposit' ? [[entry.hash, entry]] : [])),
    ),
    payments: new Map(
      stored.flatMap((entry) => (entry.type === 'payment' ? [[entry.orderId, entry]] : [])),
    ),
  }
}

type TransactionRow = {
  account: string
  sequence: bigint | null
  type: 'deposit' | 'payment'
  hash: string
  order_id: bigint | null
  amount: bigint
}

const bookOf = (row: { last_sequence: bigint; deposited: bigint }): Book => ({
  lastSequence: Number(row.last_sequence),
  deposited: row.deposited,
})

const storedOf = ({ account, sequence, hash, order_id, amount }: TransactionRow): Stored => {
  const common = {
    account,
    hash,
    amount,
    sequence: sequence === null ? undefined : Number(sequence),
  }
  return order_id === null
    ? { ...common, type: 'deposit' }
    : { ...common, type: 'payment', orderId: Number(order_id) }
}

const save = async (tx: Tx, rows: readonly Stored[]): Promise<void> => {
  if (rows.length === 0) return
  await tx`
    insert into transactions (account, sequence, type, hash, order_id, amount)
    select * from unnest(
      ${rows.map(({ account }) => account)}::text[],
      ${rows.map(({ sequence }) => sequence ?? null)}::bigint[],
      ${rows.map(({ type }) => type)}::text[],
      ${rows.map(({ hash }) => hash)}::text[],
      ${rows.map((row) => (row.type === 'payment' ? row.orderId : null))}::bigint[],
      ${rows.map(({ amount }) => String(amount))}::bigint[]
    )`
}

const number = async (tx: Tx, books: ReadonlyMap<string, Book>): Promise<void> => {
  if (books.size === 0) return
  await tx`
    update accounts set last_sequence = new.last_sequence, deposited = new.deposited
    from unnest(
      ${[...books.keys()]}::text[],
      ${[...books.values()].map(({ lastSequence }) => lastSequence)}::bigint[],
      ${[...books.values()].map(({ deposited }) => String(deposited))}::bigint[]
    ) as new (account, last_sequence, deposited)
    where accounts.account = new.account`
}
