import { type Account, openAccount } from '../../../billing/domain/account.ts'
import { ledgerTopology } from '../../../billing/topology.ts'
import { assert } from '../../../shared/assert.ts'
import type { Outgoing } from '../../../shared/kafka/record.ts'
import { transactionAt } from '../workload/transactions.ts'

/** An account after its first transaction, as the fold leaves it. */
export const standingAccount = (index: number, accounts: number): Account => {
  const transaction = transactionAt(index, accounts)
  return decided(openAccount(transaction.account), transaction).after
}

/** The balances of all accounts after the first transaction of each, as they stand in the log. */
export function* standingBalances(accounts: number): Generator<Omit<Outgoing, 'topic'>> {
  for (let index = 0; index < accounts; index++) {
    const account = standingAccount(index, accounts)
    yield { key: account.account, value: ledgerTopology.row(account, BigInt(index)) }
  }
}

/** The journal's line on the second transaction of an account, to the byte. */
export const secondLine = (index: number, accounts: number): string => {
  const transaction = transactionAt(accounts + index, accounts)
  const { published } = decided(standingAccount(index, accounts), transaction)
  return published[0]?.value ?? ''
}

const decided = (before: Account, transaction: ReturnType<typeof transactionAt>) => {
  const verdict = ledgerTopology.decide(before, transaction)
  assert(verdict.type === 'event', 'the stream of the bench has repeats or gaps')
  const after = ledgerTopology.evolve(before, verdict.event)
  return { after, published: ledgerTopology.publish(verdict.event, after) }
}
