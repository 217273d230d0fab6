import { type DumpRecord, placeOf } from '../dump/dump.ts'
import { bufferOf } from './bytes.ts'
import { each, type Finding, type Invariant, some, together } from './invariant.ts'
import { expectedOutcomes } from './outcomes.ts'
import { CODECS } from './reading.ts'
import type { View } from './view.ts'

/** What transactions wrote that never were. */
export const ABORTED_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'nothing-aborted-is-visible',
    promise: 'What an aborted transaction wrote is in no table, unless it was done again',
    find: (view) => together(abortedLines(view), abortedBalances(view), abortedOutcomes(view)),
  },
]

/** Seen by the reader that does not wait, and not by the one that does. */
const abortedIn = ({ topics }: View, topic: keyof View['topics']): DumpRecord[] => {
  const committed = new Set(topics[topic].committed.map(placeOf))
  return topics[topic].uncommitted.filter((record) => !committed.has(placeOf(record)))
}

const abortedLines = (view: View): Finding => {
  const stored = new Set(
    view.tables.journal.map(({ account, sequence }) => `${account} ${sequence}`),
  )
  return each(abortedIn(view, 'processedTransaction'), (record) => {
    const decoded = CODECS.processedTransaction.decode(bufferOf(record.value))
    if (!decoded.ok) return []
    const { account, sequence } = decoded.value
    const isDone = (view.fold.byAccount.get(account)?.length ?? 0) >= sequence
    const detail = `the journal has its transaction ${sequence}, which was aborted and not done again`
    const isSeen = !isDone && stored.has(`${account} ${sequence}`)
    return some(isSeen && { account, detail, records: [placeOf(record)] })
  })
}

const abortedBalances = (view: View): Finding => {
  const stored = new Map(view.tables.balances.map((row) => [row.account, row]))
  return each(abortedIn(view, 'bankBalance'), (record) => {
    const decoded = CODECS.bankBalance.decode(bufferOf(record.value))
    if (!decoded.ok) return []
    const { account, sequence, balance } = decoded.value
    const state = view.fold.byAccount.get(account)?.[sequence - 1]?.state
    const row = stored.get(account)
    const isSeen = row?.sequence === sequence && row.balance === balance
    const detail = `the table has its balance ${balance} after ${sequence}, which was aborted`
    return some(
      isSeen && state?.balance !== balance && { account, detail, records: [placeOf(record)] },
    )
  })
}

const abortedOutcomes = (view: View): Finding => {
  const expected = expectedOutcomes(view)
  const messages = new Set(view.tables.messages.map(({ order_id }) => order_id))
  const aborted = [
    ...abortedIn(view, 'approvedOrderTransaction'),
    ...abortedIn(view, 'rejectedOrderTransaction'),
  ]
  return each(aborted, (record) => {
    const decoded = CODECS.approvedOrderTransaction.decode(bufferOf(record.value))
    if (!decoded.ok || expected.has(decoded.value.orderId)) return []
    const { orderId, account } = decoded.value
    const status = view.rows.orders.get(orderId)?.status ?? 'PENDING'
    const isSeen = status !== 'PENDING' || messages.has(orderId)
    const detail = `its outcome was aborted and not told again, and it is ${status}`
    return some(isSeen && { account, orderId, detail, records: [placeOf(record)] })
  })
}
