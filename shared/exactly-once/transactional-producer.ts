import type { ProducerRecord } from 'kafkajs'
import { crashPoint } from '../crash-point.ts'
import { explained, protocolError } from '../kafka/client.ts'
import type { KafkaClient, KafkaProducer, KafkaTransaction } from '../kafka/kafka-client.ts'
import type { Outgoing } from '../kafka/record.ts'
import { pause, withDeadline } from '../wait.ts'

/** Everything of one Kafka transaction: records for one partition, and how far the input was read. */
export type Commit = {
  groupId: string
  input: { topic: string; partition: number; next: bigint }
  outgoing: readonly Outgoing[]
}

/**
 * A producer that has fenced its predecessors. After any error it must be thrown away: whether the
 * transaction was committed is unknown then, and kafkajs can neither abort nor reuse it. Only a
 * new fence settles the outcome, and the group's committed offset tells which it was.
 */
export type FencedProducer = {
  commit: (commit: Commit) => Promise<void>
  discard: () => void
}

/** request (5 s) < the whole transaction as we see it < the transaction as the broker sees it. */
const COMMIT_DEADLINE_MS = 7_000
export const TRANSACTION_TIMEOUT_MS = 10_000
const FENCE_DEADLINE_MS = 30_000

/**
 * Takes over a transactional id (KIP-98, InitProducerId): settles what its last owner left open,
 * and nothing that owner sends is accepted from here on. kafkajs claims the id only with the first
 * transaction, so one is begun and dropped.
 */
export const fence = async (
  kafka: KafkaClient,
  transactionalId: string,
): Promise<FencedProducer> => {
  const producer = kafka.producer({
    transactionalId,
    // `idempotent` is about sends outside of transactions; those inside are numbered anyway.
    idempotent: false,
    maxInFlightRequests: 1,
    transactionTimeout: TRANSACTION_TIMEOUT_MS,
    allowAutoTopicCreation: false,
    // A retried send loses or doubles records when the leader changes; failing is safe.
    retry: { retries: 0 },
  })
  const discard = () => void producer.disconnect().catch(() => {})
  try {
    await withDeadline(claim(producer), FENCE_DEADLINE_MS, `the fence of ${transactionalId}`)
  } catch (error) {
    discard()
    throw error instanceof Error ? explained(error) : error
  }
  return {
    commit: (commit) => withDeadline(write(producer, commit), COMMIT_DEADLINE_MS, 'a transaction'),
    discard,
  }
}

const claim = async (producer: KafkaProducer): Promise<void> => {
  await producer.connect()
  const empty = await producer.transaction()
  await empty.abort()
}

const write = async (
  producer: KafkaProducer,
  { groupId, input, outgoing }: Commit,
): Promise<void> => {
  const { topic, partition, next } = input
  const transaction = await producer.transaction()
  crashPoint('transaction.begun')
  // Offsets first: a transaction that follows another at once is refused for a few milliseconds
  // by the first call only, and this one is retried without kafkajs' 300 ms sleeps.
  await retryWhileSettling(() =>
    transaction.sendOffsets({
      consumerGroupId: groupId,
      topics: [{ topic, partitions: [{ partition, offset: String(next) }] }],
    }),
  )
  crashPoint('transaction.offsets-sent')
  // Everything goes to the partition of its input, so that each has one transactional writer.
  if (outgoing.length > 0) await sendOnce(transaction, outgoing, partition)
  crashPoint('transaction.records-sent')
  await transaction.commit()
  crashPoint('transaction.committed')
}

const sendOnce = async (
  transaction: KafkaTransaction,
  outgoing: readonly Outgoing[],
  partition: number,
): Promise<void> => {
  const topicMessages = [...Map.groupBy(outgoing, ({ topic }) => topic)].map(([topic, list]) => ({
    topic,
    messages: list.map(({ key, value }) => ({ key, value, partition })),
  }))
  await transaction.sendBatch({ acks: ALL_IN_SYNC, timeout: 5_000, topicMessages })
}

const ALL_IN_SYNC: NonNullable<ProducerRecord['acks']> = -1

/** What a coordinator answers while it is still busy with the last transaction, or moving. */
const SETTLING = new Set([
  'CONCURRENT_TRANSACTIONS',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
])
const SETTLING_DEADLINE_MS = 5_000

const retryWhileSettling = async (attempt: () => Promise<void>): Promise<void> => {
  const startedAt = performance.now()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const waitedMs = performance.now() - startedAt
      if (!SETTLING.has(protocolError(error) ?? '') || waitedMs > SETTLING_DEADLINE_MS) throw error
      await pause(waitedMs < 20 ? 1 : 5)
    }
  }
}
