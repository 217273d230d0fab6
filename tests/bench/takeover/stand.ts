import type { Sql } from 'postgres'
import { TOPICS } from '../../../billing/events.ts'
import { withSql } from '../../../deploy/local/sql.ts'
import { openKafka } from '../../../shared/kafka/client.ts'
import { openPartitionReader } from '../../../shared/kafka/partition-reader.ts'
import { createTopics } from '../../support/topics.ts'
import { acceptInBooks, chunks } from '../subjects/books.ts'
import type { Site } from '../subjects/site.ts'
import { CHANGELOG } from '../subjects/streams.ts'
import { sendAll } from '../workload/send.ts'
import { standingAccount, standingBalances } from './standing.ts'

const DEADLINE_MS = 600_000

/** Everything as it is when billing decided the first transaction of each account, and `more` wait. */
export const standForBilling = async (
  site: Site,
  accounts: number,
  more: number,
): Promise<void> => {
  const { connect, databaseUrl, partitions } = site
  await sendAll(connect, TOPICS.balances, standingBalances(accounts), Date.now())
  const end = accounts + more
  await acceptInBooks(databaseUrl, { first: accounts, end, accounts })
  await withSql(databaseUrl, DEADLINE_MS, async (sql) => {
    for (const indexes of chunks(0, accounts)) await cacheBalances(sql, indexes, accounts)
    for (let partition = 0; partition < partitions; partition++) {
      const reader = await openPartitionReader(connect, TOPICS.balances, partition)
      await sql`
        insert into checkpoints (topic, partition, position)
        values (${TOPICS.balances}, ${partition}, ${String(await reader.end())}::bigint)`
      await reader.close()
    }
    await sql`analyze`
  })
}

/** The changelog of Streams' store as it is then; its state directory is empty, as on a new machine. */
export const standForStreams = async (
  { connect, partitions }: Site,
  accounts: number,
): Promise<void> => {
  const admin = openKafka(connect).admin()
  await admin.connect()
  await createTopics(admin, [
    {
      topic: CHANGELOG,
      numPartitions: partitions,
      replicationFactor: 1,
      configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
    },
  ])
  await admin.disconnect()
  await sendAll(connect, CHANGELOG, standingBalances(accounts), Date.now())
}

const cacheBalances = async (
  sql: Sql,
  indexes: readonly number[],
  accounts: number,
): Promise<void> => {
  const rows = indexes.map((index) => standingAccount(index, accounts))
  await sql`
    insert into balances (account, sequence, balance, last_amount, last_hash, last_state)
    select * from unnest(
      ${rows.map(({ account }) => account)}::text[],
      ${rows.map(({ sequence }) => sequence)}::bigint[],
      ${rows.map(({ balance }) => String(balance))}::bigint[],
      ${rows.map(({ last }) => String(last?.amount))}::bigint[],
      ${rows.map(({ last }) => last?.hash ?? '')}::text[],
      ${rows.map(({ last }) => last?.state ?? '')}::text[])`
}
