import { unreachable } from '../../shared/assert.ts'

/** What a client asks for. `amount` is in minor units; `hash` means this one wish and no other. */
export type OrderRequest = { account: string; amount: bigint; hash: string }

export type Placed = OrderRequest & { orderId: number }

export type Placement =
  | { type: 'placed'; order: Placed }
  /** The same wish again. The first order stands. */
  | { type: 'repeated'; order: Placed }
  | { type: 'hash_reused' }

/** What becomes of a request when an order with its hash is there already. */
export const repeat = (earlier: Placed, request: OrderRequest): Placement =>
  earlier.account === request.account && earlier.amount === request.amount
    ? { type: 'repeated', order: earlier }
    : { type: 'hash_reused' }

export type Status = 'PENDING' | 'COMPLETE' | 'FAILED'

/** What billing said of an order. */
export type Outcome = { orderId: number; outcome: 'approved' | 'rejected'; reason: string | null }

export const statusAfter = ({ outcome }: Outcome): Exclude<Status, 'PENDING'> => {
  switch (outcome) {
    case 'approved':
      return 'COMPLETE'
    case 'rejected':
      return 'FAILED'
    default:
      return unreachable(outcome)
  }
}

/** An order is settled once. `conflict` means that billing said two things of it. */
export type Settlement = 'settled' | 'repeated' | 'conflict' | 'order_not_found'

export const settle = (current: Status | undefined, outcome: Outcome): Settlement => {
  if (current === undefined) return 'order_not_found'
  if (current === 'PENDING') return 'settled'
  return current === statusAfter(outcome) ? 'repeated' : 'conflict'
}
