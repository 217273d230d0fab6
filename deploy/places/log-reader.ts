import { type BrokerAccess, openKafka } from '../../shared/kafka/client.ts'
import { openPartitionReader } from '../../shared/kafka/partition-reader.ts'
import type { Incoming } from '../../shared/kafka/record.ts'
import { openLog } from '../../shared/log.ts'

/** What is written of kafkajs' own troubles: they come back as errors of what was asked. */
const silent = openLog('operator', 'silent')

export const connectTo = (kafka: BrokerAccess) => ({ clientId: 'operator', ...kafka, log: silent })

/** Runs something with an administrator's client, and lets go of it. */
export const withAdmin = async <T>(
  kafka: BrokerAccess,
  run: (admin: ReturnType<ReturnType<typeof openKafka>['admin']>) => Promise<T>,
): Promise<T> => {
  const admin = openKafka(connectTo(kafka)).admin()
  try {
    await admin.connect()
    return await run(admin)
  } finally {
    await admin.disconnect()
  }
}

/** The partitions that a topic has. */
export const partitionsOf = (kafka: BrokerAccess, topic: string): Promise<number[]> =>
  withAdmin(kafka, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics.flatMap(({ partitions }) => partitions.map(({ partitionId }) => partitionId))
  })

export type Span = {
  /** The first offset that is wanted; the first that is there when it is left out, or gone. */
  from?: bigint
  /** Instead: so many offsets before the end. */
  last?: bigint
}

/** Longer than a transaction that nobody ends may hold readers up. */
const STALLED_MS = 15_000
const READ_WAIT_MS = 500

/**
 * What is committed in a partition, batch by batch, up to where it ends now. Nothing is committed
 * and no group is joined: the system does not notice.
 */
export async function* readPartition(
  kafka: BrokerAccess,
  topic: string,
  partition: number,
  { from = 0n, last }: Span = {},
): AsyncGenerator<Incoming[]> {
  const reader = await openPartitionReader(connectTo(kafka), topic, partition)
  try {
    const [start, end] = await Promise.all([reader.start(), reader.end()])
    const wanted = last === undefined ? from : end - last
    let position = wanted < start ? start : wanted
    let movedAt = performance.now()
    while (position < end) {
      const { records, next } = await reader.read(position, READ_WAIT_MS)
      if (next > position) movedAt = performance.now()
      if (performance.now() - movedAt > STALLED_MS) {
        throw new Error(
          `${topic}/${partition}: a transaction that nobody ends hides ${position}–${end}`,
        )
      }
      position = next
      const wantedOnes = records.filter(({ offset }) => offset < end)
      if (wantedOnes.length > 0) yield wantedOnes
    }
  } finally {
    await reader.close()
  }
}

/** All partitions of a topic, one after the other. */
export async function* readTopic(
  kafka: BrokerAccess,
  topic: string,
  span: Span = {},
): AsyncGenerator<Incoming[]> {
  for (const partition of await partitionsOf(kafka, topic)) {
    yield* readPartition(kafka, topic, partition, span)
  }
}
