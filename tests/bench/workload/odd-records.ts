import { transactionMessage } from '../../../billing/events.ts'
import type { Outgoing } from '../../../shared/kafka/record.ts'
import { transactionAt, transactionsOf } from './transactions.ts'

/** A record that must move no money, and whether it must be set aside. */
export type OddRecord = Pick<Outgoing, 'key' | 'value'> & { isDead: boolean }

/**
 * What a ledger must not fall for after the first `count` transactions: a repeat, a gap, another
 * account's transaction, an amount of nothing, and no JSON. All bear one key, so that they come in
 * this sequence, the repeat before what can be waited for.
 */
export const oddRecords = (count: number, accounts: number): OddRecord[] => {
  const next = transactionsOf(0, count, accounts) * accounts
  const { key, value } = messageAt(next, accounts)
  return [
    { ...messageAt(0, accounts), isDead: false },
    { ...messageAt(next + accounts, accounts), isDead: true },
    { key, value: value.replace(`"${key}"`, '"somebody-else"'), isDead: true },
    { key, value: value.replace(/"amount":"\d+"/, '"amount":"0"'), isDead: true },
    { key, value: 'no JSON', isDead: true },
  ]
}

const messageAt = (index: number, accounts: number): Pick<Outgoing, 'key' | 'value'> => {
  const { key, value } = transactionMessage(transactionAt(index, accounts))
  return { key, value }
}
