import { Counter, Histogram } from 'prom-client'

/** What an order that was settled is counted by. */
export type Decision = {
  outcome: 'approved' | 'rejected'
  reason: string | null
  /** From when it was accepted, by the database's clock. */
  milliseconds?: number
}

/** Reasons are another service's words: one that is not known yet must not become a series. */
const REASONS = ['insufficient_funds', 'account_not_found'] as const

export const observeDecision = ({ outcome, reason, milliseconds }: Decision): void => {
  decided.inc({ outcome, reason: reasonLabel(reason) })
  if (milliseconds !== undefined) seconds.observe(milliseconds / 1000)
}

/** The reason as a label: one of a few, whatever a record says. */
export const reasonLabel = (reason: string | null): string =>
  reason === null ? 'none' : (REASONS.find((known) => known === reason) ?? 'other')

const decided = new Counter({
  name: 'orders_decided_total',
  help: 'Orders that got their status, by outcome and reason.',
  labelNames: ['outcome', 'reason'],
})
// A series that appears only with its first order shows no increase when it does.
decided.inc({ outcome: 'approved', reason: 'none' }, 0)
for (const reason of REASONS) decided.inc({ outcome: 'rejected', reason }, 0)

const seconds = new Histogram({
  name: 'order_decision_seconds',
  help: 'From when an order was accepted to when its status was kept.',
  buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60],
})
