import type { Grants } from '../shared/grants.ts'

/** What was ordered never changes; what becomes of it does. */
export const ORDER_GRANTS: Grants = {
  orders: {
    select: true,
    insert: true,
    update: ['status', 'reason', 'decided_at', 'resends', 'resent_at'],
  },
  outbox: { select: true, insert: true, delete: true },
}
