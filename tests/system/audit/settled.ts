import type { Addresses as SystemAddresses } from '../../support/system.ts'
import type { Addresses, Evidence } from './collect.ts'
import type { Acknowledged } from './load.ts'

/** Where the evidence of a system is to be collected. */
export const placesOf = (
  { brokers, order, billing, notification }: SystemAddresses,
  partitions: number,
): Addresses => ({
  brokers: [brokers],
  partitions,
  databases: {
    order: order.databaseUrl,
    billing: billing.databaseUrl,
    notification: notification.databaseUrl,
  },
})

/** Whether nothing is on its way any more. */
export const isSettled = ({ orders }: Acknowledged, evidence: Evidence): boolean => {
  const applied = new Map(evidence.balances.map((row) => [row.account, row.sequence]))
  return (
    evidence.orders.every(({ status }) => status !== 'PENDING') &&
    evidence.messages.length >= orders.length &&
    evidence.waiting.every(({ count }) => count === 0) &&
    evidence.accounts.every(
      ({ account, last_sequence }) => (applied.get(account) ?? '0') === last_sequence,
    )
  )
}
