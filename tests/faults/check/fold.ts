import {
  type Account,
  decide,
  type Event,
  evolve,
  openAccount,
  type Transaction,
} from '../../../billing/domain/account.ts'
import type { DumpRecord } from '../dump/dump.ts'
import type { Read, TransactionValue } from './reading.ts'

/** A transaction, what must have become of it, and the account after it. */
export type Decided = {
  record: DumpRecord
  transaction: Transaction
  event: Event
  state: Account
}

/** Everything that the ledger must have done, worked out again from its input alone. */
export type Fold = {
  /** In the order of partitions and offsets. */
  decided: Decided[]
  /** Transaction 1 first. */
  byAccount: Map<string, Decided[]>
  byOrder: Map<number, Decided>
  /** Records beyond a gap, or that belong to another account: nothing may be decided by them. */
  undecidable: Read<TransactionValue>[]
}

export const foldTransactions = (reads: readonly Read<TransactionValue>[]): Fold => {
  const fold: Fold = { decided: [], byAccount: new Map(), byOrder: new Map(), undecidable: [] }
  for (const read of reads) {
    const { record, value: transaction } = read
    if (record.key !== transaction.account || transaction.amount <= 0n) {
      fold.undecidable.push(read)
      continue
    }
    const history = fold.byAccount.get(transaction.account) ?? []
    const state = history.at(-1)?.state ?? openAccount(transaction.account)
    const decision = decide(state, transaction)
    if (decision.type === 'repeated') continue
    if (decision.type === 'gap') {
      fold.undecidable.push(read)
      continue
    }
    const decided = { record, transaction, event: decision, state: evolve(state, decision) }
    history.push(decided)
    fold.byAccount.set(transaction.account, history)
    fold.decided.push(decided)
    if (transaction.type === 'payment') fold.byOrder.set(transaction.orderId, decided)
  }
  return fold
}
