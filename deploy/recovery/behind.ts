import { aheadOfTheBooks } from '../../billing/balances.ts'
import { isSame } from '../../billing/domain/audit.ts'
import { balanceCodec, TOPICS, transactionCodec } from '../../billing/events.ts'
import { unknownOrder } from '../../order/given-numbers.ts'
import type { Sql } from '../../shared/database.ts'
import type { BrokerAccess } from '../../shared/kafka/client.ts'
import { openPartitionReader } from '../../shared/kafka/partition-reader.ts'
import { connectTo, partitionsOf, readPartition } from '../places/log-reader.ts'
import { acceptedOnes } from '../verify/topic-statements.ts'

/** What was accepted last is at the end, whatever was sent again behind it. */
const LAST = 2_000n

/** What the log has of billing that billing's database lacks; undefined when it lacks nothing. */
export const billingBehind = async (
  kafka: BrokerAccess,
  sql: Sql,
  checkpoints: ReadonlyMap<number, bigint>,
): Promise<string | undefined> => {
  for (const partition of await partitionsOf(kafka, TOPICS.balances)) {
    const problem =
      (await balanceAhead(kafka, sql, partition, checkpoints.get(partition) ?? 0n)) ??
      (await transactionUnknown(kafka, sql, partition))
    if (problem !== undefined) return problem
  }
  return undefined
}

const balanceAhead = async (
  kafka: BrokerAccess,
  sql: Sql,
  partition: number,
  from: bigint,
): Promise<string | undefined> => {
  for await (const records of readPartition(kafka, TOPICS.balances, partition, { from })) {
    const rows = records.flatMap(({ value }) => {
      const decoded = balanceCodec.decode(value)
      return decoded.ok ? [decoded.value] : []
    })
    const [ahead] = await aheadOfTheBooks(
      sql,
      sql`unnest(
        ${rows.map(({ account }) => account)}::text[],
        ${rows.map(({ sequence }) => sequence)}::bigint[]
      ) as given (account, sequence)`,
    )
    if (ahead === undefined) continue
    return `the log has transaction ${ahead.sequence} of ${ahead.account}, billing's database has ${ahead.last}`
  }
  return undefined
}

const transactionUnknown = async (
  kafka: BrokerAccess,
  sql: Sql,
  partition: number,
): Promise<string | undefined> => {
  const last = { last: LAST }
  for await (const records of readPartition(kafka, TOPICS.transactions, partition, last)) {
    const sent = records.flatMap(({ key, value }) => {
      const decoded = transactionCodec.decode(value)
      return decoded.ok && key?.toString() === decoded.value.account ? [decoded.value] : []
    })
    const accepted = await acceptedOnes(sql, sent)
    for (const transaction of sent) {
      const { account, sequence } = transaction
      const own = accepted.get(`${account} ${sequence}`)
      if (own !== undefined && isSame(own, transaction)) continue
      const what = own === undefined ? 'does not have' : 'has another'
      return `the log has transaction ${sequence} of ${account}, which billing's database ${what}`
    }
  }
  return undefined
}

/** The same of order, as order itself looks when it starts. */
export const orderBehind = async (
  kafka: BrokerAccess,
  sql: Sql,
  partitions: number,
): Promise<string | undefined> => {
  const openReader = (topic: string, partition: number) =>
    openPartitionReader(connectTo(kafka), topic, partition)
  const problem = await unknownOrder({ openReader }, sql, partitions)
  return problem?.replace('this database', "order's database")
}
