import { overlay } from '../shared/exactly-once/overlay.ts'
import { ownPartition } from '../shared/exactly-once/partition-owner.ts'
import { precedence } from '../shared/exactly-once/precedence.ts'
import { project } from '../shared/exactly-once/projection.ts'
import { tracedStore } from '../shared/exactly-once/traced-store.ts'
import type { Health, Signal } from '../shared/health.ts'
import type { KafkaAdmin, KafkaClient } from '../shared/kafka/kafka-client.ts'
import { type Confirmed, joinGroup } from '../shared/kafka/membership.ts'
import type { Part } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'
import type { Tracer } from '../shared/tracing/tracer.ts'
import type { Account } from './domain/account.ts'
import { TOPICS } from './events.ts'
import type { BillingStore } from './store.ts'
import { ledgerTopology } from './topology.ts'

export const LEDGER_GROUP = 'billing-ledger'

export type LedgerOptions = {
  kafka: KafkaClient
  store: Pick<BillingStore, 'load' | 'balances' | 'journal'>
  tracer: Tracer
  health: Health
  log: Log
  onCrashed: (error: Error) => void
}

/**
 * Decides the transactions of whichever partitions the group assigns to this process, and keeps
 * their projections: who decides a partition also stores what was decided there.
 */
export const ledger = (options: LedgerOptions): Part => ({
  name: 'ledger',
  start: async () => {
    const { kafka, health, log, onCrashed } = options
    const assignment = health.signal('ledger assignment')
    const admin = kafka.admin()
    await admin.connect()
    const partitions = new Map<number, Owned>()

    const leave = await joinGroup({
      kafka,
      groupId: LEDGER_GROUP,
      topic: TOPICS.transactions,
      log,
      onCrashed,
      onAssigned: (assigned, confirmed) => {
        for (const [partition, { stop }] of partitions) {
          if (!assigned.includes(partition)) stop()
        }
        for (const partition of assigned) {
          const before = partitions.get(partition)
          // Who keeps a partition works on: its fence still holds.
          if (before?.isRunning()) continue
          const run = (signal: AbortSignal) =>
            runPartition({ ...options, admin, partition, confirmed }, signal)
          partitions.set(partition, own(run, before?.finished))
        }
        assignment.up()
      },
    })
    return async () => {
      assignment.down('stopping')
      // The partitions first: their last transaction is settled before a successor is called in.
      for (const { stop } of partitions.values()) stop()
      await Promise.all([...partitions.values()].map(({ finished }) => finished))
      await leave()
      await admin.disconnect()
    }
  },
})

/** A partition from its assignment until nothing of it runs any more. */
type Owned = { isRunning: () => boolean; stop: () => void; finished: Promise<void> }

/** A partition that comes back while it is still being let go starts when that is done. */
const own = (
  run: (signal: AbortSignal) => Promise<void>,
  before: Promise<void> = Promise.resolve(),
): Owned => {
  const ending = new AbortController()
  return {
    isRunning: () => !ending.signal.aborted,
    stop: () => ending.abort(),
    finished: before.then(() => (ending.signal.aborted ? undefined : run(ending.signal))),
  }
}

type PartitionOptions = LedgerOptions & {
  admin: KafkaAdmin
  partition: number
  confirmed: Confirmed
}

/** Somebody may wait for a balance; lines of the journal are for later. */
const REST_MS = { balances: 20, journal: 100 } as const
/**
 * So many records each may be behind for the sake of the ledger. What the balances lack, a successor
 * stores before it decides, which takes it seconds. Nobody waits for the journal, and half a million
 * transactions that came at once are decided in two thirds of the time when it comes after them.
 */
const BEHIND_MAX = { balances: 50_000n, journal: 500_000n } as const
/**
 * Meanwhile a fetch is stored so often, because a backlog that is slow to end must not hide all
 * balances. It is also how late each sees that it is too far behind.
 */
const STAND_BACK_MS = { balances: 1_000, journal: 10_000 } as const

/** Runs the loop and the two projections of one partition until the signal is aborted. */
const runPartition = async (options: PartitionOptions, signal: AbortSignal): Promise<void> => {
  const { kafka, store, tracer, health, log, admin, partition, confirmed } = options
  const common = { kafka, partition, precedence: precedence(), log }
  const named = (name: string): Signal => health.signal(`${name} ${partition}`)
  const signals = {
    balances: named('balances'),
    journal: named('journal'),
    ledger: named('ledger'),
  }

  const restoring = precedence()
  const committed = overlay<Account>(({ sequence }) => sequence)
  const balances = project(
    {
      ...common,
      topic: TOPICS.balances,
      restMs: REST_MS.balances,
      behindMax: BEHIND_MAX.balances,
      standBackMs: STAND_BACK_MS.balances,
      store: tracedStore(tracer, store.balances(committed.stored)),
      health: signals.balances,
    },
    signal,
  )
  const journal = project(
    {
      ...common,
      topic: TOPICS.journal,
      restMs: REST_MS.journal,
      behindMax: BEHIND_MAX.journal,
      standBackMs: STAND_BACK_MS.journal,
      restoring,
      store: tracedStore(tracer, store.journal),
      health: signals.journal,
    },
    signal,
  )
  const owning = ownPartition(
    {
      ...common,
      admin,
      groupId: LEDGER_GROUP,
      topology: ledgerTopology,
      load: store.load,
      overlay: committed,
      projection: balances,
      restoring,
      confirmed,
      tracer,
      health: signals.ledger,
    },
    signal,
  )
  await Promise.all([owning, balances.finished, journal.finished])
  for (const each of Object.values(signals)) each.forget()
}
