import { transactionMessage } from '../../../billing/events.ts'
import { TOPIC as ORDERS, orderMessage } from '../../../order/events.ts'
import type { PoisonKind } from './types.ts'

export type PoisonTopic = 'order' | 'bankTransaction'

const OVERSIZED_BYTES = 900_000
/** Close to all that a record may have. */
const LARGE_KEY_BYTES = 1_000_000
/** Far beyond any order of a run, and still a safe integer. */
const NOBODYS_ORDER = 9_000_000_000_000

/** Records that nobody can act on. `name` makes the accounts and hashes in them nobody else's. */
export const poison = (
  topic: PoisonTopic,
  kind: PoisonKind,
  name: string,
): { key: string; value: Buffer | null } => {
  const key = `poison-${name}`.padEnd(kind === 'large-key' ? LARGE_KEY_BYTES : 0, 'x')
  return { key, value: kind === 'no-value' ? null : VALUES[kind](topic, key) }
}

type Value = (topic: PoisonTopic, key: string) => Buffer

const VALUES: Record<Exclude<PoisonKind, 'no-value'>, Value> = {
  'no-text': () => Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
  'no-json': () => Buffer.from('{"account":'),
  'wrong-schema': (_topic, key) => Buffer.from(JSON.stringify({ account: key, amount: 'much' })),
  'wrong-key': (topic, key) => Buffer.from(good(topic, `${key}-other`)),
  'large-key': () => Buffer.from('{}'),
  oversized: (_topic, key) =>
    Buffer.from(JSON.stringify({ account: key, padding: 'x'.repeat(OVERSIZED_BYTES) })),
}

/** What would be acted on, under the right key. */
export const good = (topic: PoisonTopic, account: string): string => {
  const common = { account, amount: 100n, hash: account }
  return topic === ORDERS
    ? orderMessage({ ...common, orderId: NOBODYS_ORDER }).value
    : transactionMessage({ ...common, type: 'deposit', sequence: 1 }).value
}
