import type { Grants } from '../shared/grants.ts'

/** The first outcome of an order stands: its message is never changed or removed. */
export const NOTIFICATION_GRANTS: Grants = {
  messages: { select: true, insert: true },
}
