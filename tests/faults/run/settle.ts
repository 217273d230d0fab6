import { Kafka, logLevel } from 'kafkajs'
import { withSql } from '../../../deploy/local/sql.ts'
import { pause } from '../../../shared/wait.ts'
import type { Cluster } from '../cluster/types.ts'

type Places = Pick<Cluster, 'ready' | 'instances'> & {
  postgres: Pick<Cluster['postgres'], 'directUrls'>
  broker: Pick<Cluster['broker'], 'address'>
}

const LOOK_MS = 500
const ASK_MS = 10_000

/**
 * Waits until nothing is on its way any more: everybody is ready, nothing waits to be sent,
 * everything accepted is applied, everything decided is told, and everything written is read.
 * Answers what is still open at the deadline; nothing when all is settled.
 */
export const settle = async (cluster: Places, deadlineMs: number): Promise<string[]> => {
  const deadline = performance.now() + deadlineMs
  try {
    await cluster.ready(deadlineMs)
  } catch (error) {
    return [`not everybody is ready: ${wordsOf(error)}`]
  }
  for (let quiet = 0; ; ) {
    const open = await unsettled(cluster).catch((error: unknown) => [
      `cannot look: ${wordsOf(error)}`,
    ])
    quiet = open.length === 0 ? quiet + 1 : 0
    // Twice in a row, so that nothing hides between one look and the other.
    if (quiet === 2) return []
    if (performance.now() > deadline) return open.length > 0 ? open : ['it does not stay settled']
    await pause(LOOK_MS)
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const unsettled = async ({ postgres: { directUrls }, broker }: Places): Promise<string[]> => {
  const count = async (service: keyof typeof directUrls, query: string): Promise<number> => {
    const rows = await withSql(directUrls[service], ASK_MS, (sql) => sql.unsafe(query))
    return Number(rows[0]?.['count'])
  }
  const found = await Promise.all(
    QUESTIONS.map(async ({ service, what, query }) => {
      const open = await count(service, query)
      return open === 0 ? [] : [`${open} ${what}`]
    }),
  )
  const [orders, messages] = await Promise.all([
    count('order', 'select count(*) from orders'),
    count('notification', 'select count(*) from messages'),
  ])
  const untold = orders === messages ? [] : [`${orders} orders and ${messages} messages`]
  return [...found.flat(), ...untold, ...(await unread(broker.address))]
}

const QUESTIONS = [
  { service: 'order', what: 'rows in the outbox of order', query: 'select count(*) from outbox' },
  {
    service: 'billing',
    what: 'rows in the outbox of billing',
    query: 'select count(*) from outbox',
  },
  {
    service: 'order',
    what: 'pending orders',
    query: `select count(*) from orders where status = 'PENDING'`,
  },
  {
    service: 'billing',
    what: 'accounts with transactions that are not applied',
    query: `select count(*) from accounts left join balances using (account)
            where last_sequence > coalesce(balances.sequence, 0)`,
  },
  {
    service: 'billing',
    what: 'accounts with decisions that are not in the journal',
    query: `select count(*) from accounts where last_sequence <>
            (select count(*) from journal where journal.account = accounts.account)`,
  },
] as const

/** Of the topics that hold no markers of transactions, so that every offset is a record. */
const READERS = { 'billing-intake': 'order', 'billing-ledger': 'bankTransaction' }

const unread = async (address: string): Promise<string[]> => {
  const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const found: string[] = []
    for (const [groupId, topic] of Object.entries(READERS)) {
      const ends = await admin.fetchTopicOffsets(topic)
      const [group] = await admin.fetchOffsets({ groupId, topics: [topic] })
      const behind = ends.filter(({ partition, high }) => {
        const committed = group?.partitions.find((each) => each.partition === partition)?.offset
        return BigInt(high) > 0n && BigInt(committed ?? -1) < BigInt(high)
      })
      if (behind.length > 0) found.push(`${behind.length} partitions that ${groupId} has not read`)
    }
    return found
  } finally {
    await admin.disconnect()
  }
}
