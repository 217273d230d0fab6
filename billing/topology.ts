import { assert } from '../shared/assert.ts'
import type { Decoded } from '../shared/codec.ts'
import type { Topology, Verdict } from '../shared/exactly-once/topology.ts'
import type { Incoming, Outgoing } from '../shared/kafka/record.ts'
import {
  type Account,
  decide,
  type Event,
  evolve,
  openAccount,
  type Transaction,
} from './domain/account.ts'
import { balanceCodec, journalCodec, outcomeMessage, TOPICS, transactionCodec } from './events.ts'

/** bankTransaction → bankBalance, the truth about balances; the journal; each order's outcome. */
export const ledgerTopology: Topology<Transaction, Event, Account> = {
  input: TOPICS.transactions,
  table: TOPICS.balances,
  decode: (record) => decodeTransaction(record),
  initial: openAccount,
  decide: (state, transaction) => verdict(state, transaction),
  evolve,
  publish: (event, state) => [journalMessage(event, state), ...outcomes(event)],
  row: (state, source) => row(state, source),
}

/** The topic is input like any other: a record of another account's key must not move money. */
const decodeTransaction = (record: Incoming): Decoded<Transaction> => {
  const decoded = transactionCodec.decode(record.value)
  if (!decoded.ok) return decoded
  if (record.key?.toString() !== decoded.value.account) {
    return { ok: false, reason: 'the key is not the account' }
  }
  if (decoded.value.amount <= 0n) return { ok: false, reason: 'the amount is not positive' }
  return decoded
}

const verdict = (state: Account, transaction: Transaction): Verdict<Event> => {
  const decision = decide(state, transaction)
  if (decision.type === 'repeated') return decision
  if (decision.type === 'gap') {
    return { type: 'dead', reason: `gap: transaction ${decision.expected} is missing` }
  }
  return { type: 'event', event: decision }
}

const row = ({ account, sequence, balance, last }: Account, source: bigint): string => {
  assert(last !== undefined, 'a row is written only after a transaction')
  return balanceCodec.encode({
    account,
    sequence,
    balance,
    lastAmount: last.amount,
    lastHash: last.hash,
    lastOrderId: last.orderId ?? null,
    lastTransactionState: last.state,
    source,
  })
}

const journalMessage = (event: Event, { balance }: Account): Outgoing => {
  const { type, account, sequence, hash, amount } = event.transaction
  return {
    topic: TOPICS.journal,
    key: account,
    value: journalCodec.encode({
      type,
      account,
      sequence,
      hash,
      amount,
      orderId: event.type === 'deposited' ? null : event.transaction.orderId,
      state: event.type === 'rejected' ? 'REJECTED' : 'APPROVED',
      reason: event.type === 'rejected' ? event.reason : null,
      balance,
    }),
  }
}

const outcomes = (event: Event): Outgoing[] => {
  if (event.type === 'deposited') return []
  const { account, amount, orderId } = event.transaction
  const reason = event.type === 'rejected' ? event.reason : null
  return [outcomeMessage({ outcome: event.type, orderId, account, amount, reason })]
}
