import type { Admin } from 'kafkajs'
import type { Database } from '../shared/database.ts'
import { overlay } from '../shared/exactly-once/overlay.ts'
import { ownPartition } from '../shared/exactly-once/partition-owner.ts'
import { project } from '../shared/exactly-once/projection.ts'
import type { Health, Signal } from '../shared/health.ts'
import { type Connect, openKafka } from '../shared/kafka/client.ts'
import { type Confirmed, joinGroup } from '../shared/kafka/membership.ts'
import type { Part, Stop } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'
import { balanceStore, loadAccounts } from './balances.ts'
import type { Account } from './domain/account.ts'
import { TOPICS } from './events.ts'
import { journalStore } from './journal.ts'
import { ledgerTopology } from './topology.ts'

export const LEDGER_GROUP = 'billing-ledger'

export type LedgerOptions = {
  connect: Connect
  database: Database
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
    const { connect, health, log, onCrashed } = options
    const assignment = health.signal('ledger assignment')
    const admin = openKafka(connect).admin({ retry: { retries: 3 } })
    await admin.connect()
    const owned = new Map<number, Stop>()

    const leave = await joinGroup({
      kafka: openKafka(connect),
      groupId: LEDGER_GROUP,
      topic: TOPICS.transactions,
      log,
      onCrashed,
      onAssigned: (partitions, confirmed) => {
        for (const [partition, stop] of owned) {
          if (partitions.includes(partition)) continue
          owned.delete(partition)
          void stop()
        }
        for (const partition of partitions) {
          // Who keeps a partition works on: its fence still holds.
          if (owned.has(partition)) continue
          owned.set(partition, startPartition({ ...options, admin, partition, confirmed }))
        }
        assignment.up()
      },
    })
    return async () => {
      assignment.down('stopping')
      // The partitions first: their last transaction is settled before a successor is called in.
      await Promise.all([...owned.values()].map((stop) => stop()))
      await leave()
      await admin.disconnect()
    }
  },
})

type PartitionOptions = LedgerOptions & { admin: Admin; partition: number; confirmed: Confirmed }

/** Runs the loop and the two projections of one partition until it is stopped. */
const startPartition = (options: PartitionOptions): Stop => {
  const { connect, database, health, log, admin, partition, confirmed } = options
  const ending = new AbortController()
  const common = { connect, partition, log }
  const signal = (name: string): Signal => health.signal(`${name} ${partition}`)
  const signals = {
    balances: signal('balances'),
    journal: signal('journal'),
    ledger: signal('ledger'),
  }
  const committed = overlay<Account>(({ sequence }) => sequence)
  const balances = project(
    {
      ...common,
      topic: TOPICS.balances,
      store: balanceStore(database, committed.stored),
      health: signals.balances,
    },
    ending.signal,
  )
  const journal = project(
    { ...common, topic: TOPICS.journal, store: journalStore(database), health: signals.journal },
    ending.signal,
  )
  const owning = ownPartition(
    {
      ...common,
      admin,
      groupId: LEDGER_GROUP,
      topology: ledgerTopology,
      load: loadAccounts(database),
      overlay: committed,
      projection: balances,
      confirmed,
      health: signals.ledger,
    },
    ending.signal,
  )
  return async () => {
    ending.abort()
    await Promise.all([owning, balances.finished, journal.finished])
    for (const each of Object.values(signals)) each.forget()
  }
}
