import { transactionMessage } from '../../../billing/events.ts'
import type { Outgoing } from '../../../shared/kafka/record.ts'
import { transactionAt } from './transactions.ts'

/** The transactions from one index to below another, as billing's relay would write them. */
export function* transactionRecords(
  start: number,
  end: number,
  accounts: number,
): Generator<Outgoing> {
  for (let index = start; index < end; index++) {
    yield transactionMessage(transactionAt(index, accounts))
  }
}
