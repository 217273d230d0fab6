import type { Grants } from '../shared/grants.ts'

/**
 * Transactions and journal only grow. Of an account only its numbering moves on; balances and
 * checkpoints are copies of the log. Rebuilding them (`truncate`) is for the migrator.
 */
export const BILLING_GRANTS: Grants = {
  accounts: { select: true, insert: true, update: ['last_sequence', 'deposited'] },
  transactions: { select: true, insert: true },
  journal: { select: true, insert: true },
  balances: {
    select: true,
    insert: true,
    update: ['sequence', 'balance', 'last_amount', 'last_hash', 'last_order_id', 'last_state'],
  },
  checkpoints: { select: true, insert: true, update: ['position'] },
  sweeps: { select: true, insert: true, update: ['position'] },
  outbox: { select: true, insert: true, delete: true },
}
