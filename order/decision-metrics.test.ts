import { expect, test } from 'bun:test'
import { register } from 'prom-client'
import { observeDecision, reasonLabel } from './decision-metrics.ts'

test.each([
  [null, 'none'],
  ['insufficient_funds', 'insufficient_funds'],
  ['account_not_found', 'account_not_found'],
  ['a reason of a later version', 'other'],
  ['', 'other'],
])('the reason %p is counted as %s', (reason, label) => {
  expect(reasonLabel(reason)).toBe(label)
})

test('a decision is counted by what it was, and timed from when the order was accepted', async () => {
  const valueOf = async (name: string, labels: object) => {
    const metric = await register.getSingleMetric(name)?.get()
    return metric?.values.find((value) => Bun.deepEquals(value.labels, labels))?.value ?? 0
  }
  const labels = { outcome: 'rejected', reason: 'insufficient_funds' }
  const before = await valueOf('orders_decided_total', labels)
  const fast = await valueOf('order_decision_seconds', { le: 0.05 })
  observeDecision({ outcome: 'rejected', reason: 'insufficient_funds', milliseconds: 40 })
  expect(await valueOf('orders_decided_total', labels)).toBe(before + 1)
  expect(await valueOf('order_decision_seconds', { le: 0.05 })).toBe(fast + 1)
})
