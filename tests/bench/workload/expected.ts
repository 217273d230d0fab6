import { type Account, openAccount } from '../../../billing/domain/account.ts'
import { ledgerTopology } from '../../../billing/topology.ts'
import { assert } from '../../../shared/assert.ts'
import { addTo, type Tally } from './tally.ts'
import { transactionAt } from './transactions.ts'

/** What a ledger must have written after the first `count` transactions. */
export type Expected = {
  /** Journal and outcomes, to the byte. */
  written: Tally
  /** Every account as its balance must say at last. */
  accounts: Map<string, Account>
}

/** Folds the stream as billing's domain has it: pure, and without any broker. */
export const expectedAfter = (count: number, accounts: number): Expected => {
  const written: Tally = new Map()
  const states = new Map<string, Account>()
  for (let index = 0; index < count; index++) {
    const transaction = transactionAt(index, accounts)
    const before = states.get(transaction.account) ?? openAccount(transaction.account)
    const verdict = ledgerTopology.decide(before, transaction)
    assert(verdict.type === 'event', 'the stream of the bench has repeats or gaps')
    const after = ledgerTopology.evolve(before, verdict.event)
    states.set(transaction.account, after)
    for (const { topic, key, value } of ledgerTopology.publish(verdict.event, after)) {
      addTo(written, topic, key, value)
    }
  }
  return { written, accounts: states }
}
