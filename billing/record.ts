import { unreachable } from '../shared/assert.ts'
import { crashPoint } from '../shared/crash-point.ts'
import { type Database, retryRivalry, type Transaction as Tx } from '../shared/database.ts'
import type { Outgoing } from '../shared/kafka/record.ts'
import { enqueue } from '../shared/outbox/enqueue.ts'
import {
  type Admission,
  admitAll,
  after,
  type Book,
  type Known,
  type Request,
  type Stored,
} from './domain/admission.ts'
import { outcomeMessage, transactionMessage } from './events.ts'
import { journaledOutcomes } from './journal.ts'

export type Record = (requests: readonly Request[]) => Promise<Admission[]>

/**
 * Admits a batch of requests, numbers them and puts them on their way, or leaves nothing behind:
 * rows, numbers and outbox are one Postgres transaction of a handful of statements, however many
 * requests there are. Answers one admission for each request, in their sequence.
 *
 * Accounts are locked first, in one fixed sequence, and everything else is read under the locks.
 * What the locks do not cover (one hash or order aimed at two accounts at once) the unique
 * constraints do: the whole batch is done again and then sees its rival.
 */
export const record =
  ({ sql }: Database, onEnqueued: () => void): Record =>
  async (requests) => {
    const admissions = await retryRivalry(() =>
      sql.begin(async (tx) => {
        const known = await read(tx, requests)
        const admitted = admitAll(known, requests)
        await Promise.all([
          save(tx, admitted),
          number(tx, known.books, admitted),
          enqueue(tx, [...admitted.flatMap(news), ...(await outcomesAgain(tx, admitted))]),
        ])
        crashPoint('write.open')
        return admitted
      }),
    )
    crashPoint('write.committed')
    onEnqueued()
    return admissions
  }

const read = async (tx: Tx, requests: readonly Request[]): Promise<Known> => {
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

const isNew = (admission: Admission): admission is Admission & { type: 'accepted' | 'unpayable' } =>
  admission.type === 'accepted' || admission.type === 'unpayable'

const save = async (tx: Tx, admissions: readonly Admission[]): Promise<void> => {
  const rows = admissions.filter(isNew).map(({ stored }) => stored)
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

const number = async (
  tx: Tx,
  before: ReadonlyMap<string, Book>,
  admissions: readonly Admission[],
): Promise<void> => {
  const books = new Map<string, Book>()
  for (const admission of admissions) {
    if (admission.type !== 'accepted') continue
    const { stored } = admission
    const book = books.get(stored.account) ?? before.get(stored.account)
    if (book !== undefined) books.set(stored.account, after(book, stored))
  }
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

/** What the log is told of an admission. */
const news = (admission: Admission): Outgoing[] => {
  switch (admission.type) {
    case 'accepted':
      return [transactionMessage(admission.stored)]
    case 'unpayable':
      return [refusal(admission.stored)]
    case 'repeated':
    case 'refused':
      return []
    default:
      return unreachable(admission)
  }
}

/**
 * An order that is delivered again was perhaps never answered where it came from. If it is
 * decided, its outcome is published once more; if not, the ledger will do so.
 */
const outcomesAgain = async (tx: Tx, admissions: readonly Admission[]): Promise<Outgoing[]> => {
  const repeated = admissions.flatMap((admission) =>
    admission.type === 'repeated' && admission.stored.type === 'payment' ? [admission.stored] : [],
  )
  const numbered = repeated.flatMap(({ account, sequence }) =>
    sequence === undefined ? [] : [{ account, sequence }],
  )
  const outcomes = await journaledOutcomes(tx, numbered)
  return [
    ...repeated.flatMap((stored) => (stored.sequence === undefined ? [refusal(stored)] : [])),
    ...outcomes.map(outcomeMessage),
  ]
}

const refusal = ({ account, amount, orderId }: Request & { type: 'payment' }): Outgoing =>
  outcomeMessage({ outcome: 'rejected', orderId, account, amount, reason: 'account_not_found' })
