import type { Fault } from '../faults/plan/fault.ts'

/**
 * What brings a bug to light between real processes, step by step; those that are not named show
 * under any load. A long run meets all of these by chance; here nobody waits for it.
 */
export const OCCASIONS: Partial<Record<string, readonly (readonly Fault[])[]>> = {
  // One owner sleeps with a batch in hand, its successor between its restore and its first
  // transaction. Who wakes first is not fenced and writes; who wakes second knows nothing of it,
  // as long as the cache does not either.
  'late-fence': [
    [
      { ...asleepAt('owner.folded', 9_000), only: 1 },
      { ...asleepAt('owner.restored', 8_000), only: 2 },
      { ...locked('billing', 'balances'), afterMs: 8_000, forMs: 9_000 },
    ],
  ],
  'random-transactional-id': [[asleepAt('owner.folded', 9_000)], [asleepAt('owner.folded', 9_000)]],
  'producer-reused': [[lost('EndTxn', 'request')], [lost('Produce', 'request')]],
  'lost-reply-taken-for-commit': [[lost('EndTxn', 'request')]],
  'kept-before-commit': [[lost('EndTxn', 'request')], [lost('Produce', 'request')]],
  'decided-before-restored': [
    [locked('billing', 'balances'), killed('billing-1', 'billing-2')],
    [locked('billing', 'balances'), killed('billing-1', 'billing-2')],
  ],
  'repeat-decided-again': [[again('billing-ledger')]],
  'forgotten-before-acknowledged': [[lost('Produce', 'request')], [killed('broker')]],
  'committed-before-handled': Array.from({ length: 8 }, () => [
    killed('notification-1', 'notification-2'),
  ]),
  'failure-answered-as-success': [
    [{ fault: 'terminate-backends', times: 6, everyMs: 500 }],
    [{ fault: 'lose-commit', way: 'request', times: 3, waitMs: 10_000 }],
  ],
  'payment-not-unique': [[again('billing-intake')]],
  'message-not-unique': [[again('notification-outcomes')]],
  // Rows that are held back for a while give the sleeper many in one batch. Awake, it would read on
  // and mend what it broke, unless it dies first.
  'older-row-wins': Array.from({ length: 2 }, () => [
    locked('billing', 'balances'),
    {
      ...asleepAt('projection.read', 14_000),
      topic: 'bankBalance',
      afterMs: 3_000,
      diesAt: 'projection.stored',
    },
  ]),
  'outbox-by-cursor': [[lost('Produce', 'request')]],
  'reads-uncommitted': [[lost('EndTxn', 'request')], [diesAt('transaction.written')]],
  'from-the-end': [[{ fault: 'forget', group: 'notification-outcomes', downMs: 2_000 }]],
  'unpatched-filter': [
    [{ fault: 'crossed-aborts', topic: 'bankTransaction' }],
    [{ fault: 'crossed-aborts', topic: 'order' }],
  ],
}

type Sleep = 'owner.folded' | 'owner.restored' | 'projection.read'

function asleepAt(point: Sleep, ms: number) {
  const common = { fault: 'crash-point', service: 'billing', action: 'freeze' } as const
  return { ...common, point, nth: 1, forMs: ms, waitMs: 20_000 } satisfies Fault
}

function diesAt(point: 'transaction.written'): Fault {
  const common = { fault: 'crash-point', service: 'billing', action: 'kill' } as const
  return { ...common, point, nth: 2, forMs: 300, waitMs: 15_000 }
}

function lost(api: 'EndTxn' | 'Produce', way: 'request' | 'reply'): Fault {
  return { fault: 'lose', api, way, times: 3, waitMs: 15_000 }
}

function killed(...targets: Extract<Fault, { fault: 'kill' }>['targets']): Fault {
  return { fault: 'kill', targets, downMs: 200 }
}

/** Rows that exist, so that a projection waits and readers do not. */
function locked(service: 'billing', table: 'balances') {
  return { fault: 'lock', service, table, rows: 1_000, forMs: 4_000 } satisfies Fault
}

function again(group: Extract<Fault, { fault: 'rewind' }>['group']): Fault {
  return { fault: 'rewind', group, records: 200 }
}
