import { unreachable } from '../shared/assert.ts'
import { crashPoint } from '../shared/crash-point.ts'
import type { Outgoing } from '../shared/kafka/record.ts'
import { at, type Traced } from '../shared/tracing/traceparent.ts'
import { type Admission, admitAll, after, type Book, type Request } from './domain/admission.ts'
import { outcomeMessage, transactionMessage } from './events.ts'
import type { AdmissionTransaction, BillingStore } from './store.ts'

export type Record = (requests: readonly (Request & Traced)[]) => Promise<Admission[]>

/**
 * Admits a batch of requests, numbers them and puts them on their way, or leaves nothing behind:
 * rows, numbers and outbox are one transaction. Answers one admission for each request, in their
 * sequence.
 *
 * Accounts are locked first, in one fixed sequence, and everything else is read under the locks.
 * What the locks do not cover (one hash or order aimed at two accounts at once) the unique
 * constraints do: the whole batch is done again and then sees its rival.
 */
export const record =
  ({ admit }: Pick<BillingStore, 'admit'>, onEnqueued: () => void): Record =>
  async (requests) => {
    const admissions = await admit(async (tx) => {
      const known = await tx.known(requests)
      const admitted = admitAll(known, requests)
      // Before the writes are begun: one that failed meanwhile would be a rejection that nobody
      // handles, and that ends the process.
      const again = await outcomesAgain(tx, admitted)
      await Promise.all([
        tx.save(admitted.filter(isNew).map(({ stored }) => stored)),
        tx.number(booksAfter(known.books, admitted)),
        tx.enqueue([...admitted.flatMap((each, index) => news(each, requests[index])), ...again]),
      ])
      crashPoint('write.open')
      return admitted
    })
    crashPoint('write.committed')
    onEnqueued()
    return admissions
  }

const isNew = (admission: Admission): admission is Admission & { type: 'accepted' | 'unpayable' } =>
  admission.type === 'accepted' || admission.type === 'unpayable'

const booksAfter = (
  before: ReadonlyMap<string, Book>,
  admissions: readonly Admission[],
): Map<string, Book> => {
  const books = new Map<string, Book>()
  for (const admission of admissions) {
    if (admission.type !== 'accepted') continue
    const { stored } = admission
    const book = books.get(stored.account) ?? before.get(stored.account)
    if (book !== undefined) books.set(stored.account, after(book, stored))
  }
  return books
}

/** What the log is told of an admission; it goes on from the request. */
const news = (admission: Admission, { traceparent }: Traced = {}): Outgoing[] => {
  switch (admission.type) {
    case 'accepted':
      return [at(traceparent, transactionMessage(admission.stored))]
    case 'unpayable':
      return [at(traceparent, refusal(admission.stored))]
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
const outcomesAgain = async (
  tx: AdmissionTransaction,
  admissions: readonly Admission[],
): Promise<Outgoing[]> => {
  const repeated = admissions.flatMap((admission) =>
    admission.type === 'repeated' && admission.stored.type === 'payment' ? [admission.stored] : [],
  )
  const numbered = repeated.flatMap(({ account, sequence }) =>
    sequence === undefined ? [] : [{ account, sequence }],
  )
  const outcomes = numbered.length === 0 ? [] : await tx.outcomes(numbered)
  return [
    ...repeated.flatMap((stored) => (stored.sequence === undefined ? [refusal(stored)] : [])),
    ...outcomes.map(outcomeMessage),
  ]
}

const refusal = ({ account, amount, orderId }: Request & { type: 'payment' }): Outgoing =>
  outcomeMessage({ outcome: 'rejected', orderId, account, amount, reason: 'account_not_found' })
