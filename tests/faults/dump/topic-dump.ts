import type { Admin } from 'kafkajs'
import { pause } from '../../../shared/wait.ts'
import type { PartitionOffsets, TopicName } from './dump.ts'
import { openLines } from './json-lines.ts'
import { runKafkaTool } from './kafka-tool.ts'
import { printingWords, readPrinted } from './printed-record.ts'

export type Isolation = 'committed' | 'uncommitted'

/** Groups of these names are ours; they are no part of what is dumped. */
export const DUMP_GROUPS = 'dump-'

const STALLED_MS = 120_000
const POLL_MS = 100
const TOTAL = /Processed a total of (\d+) messages/

/**
 * Writes one topic into a file by the broker's own console consumer. One process for each topic,
 * because none of its formatters says which topic a record is of.
 *
 * That it read everything is not taken on trust: its group has to commit every partition up to
 * where its isolation lets it see, and it has to have printed as many records as it says.
 */
export const dumpTopic = async (
  { brokers, admin }: { brokers: readonly string[]; admin: Admin },
  topic: TopicName,
  isolation: Isolation,
  offsets: readonly PartitionOffsets[],
  file: string,
): Promise<void> => {
  if (offsets.every((each) => goalOf(each, isolation) === each.start)) {
    // Done before it has begun, it would be interrupted before it can say so.
    openLines(file).close()
    return
  }
  const groupId = `${DUMP_GROUPS}${crypto.randomUUID()}`
  const missing = `none-${crypto.randomUUID()}`
  const complete = new AbortController()
  const over = new AbortController()
  const out = openLines(file)
  let printed = 0
  const reading = runKafkaTool({
    main: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
    words: wordsFor(brokers, topic, isolation, groupId, missing),
    onLine: (line) => {
      out.write(readPrinted(line, missing))
      printed += 1
    },
    signal: complete.signal,
    stalledMs: STALLED_MS,
  }).finally(() => over.abort())
  const watching = reached(admin, groupId, topic, isolation, offsets, over.signal).then(() =>
    complete.abort(),
  )
  const [said] = await Promise.all([reading, watching])
  out.close()
  const total = Number(TOTAL.exec(said)?.[1] ?? Number.NaN)
  if (total !== printed) {
    throw new Error(`the consumer of ${topic} printed ${printed} records and counted: ${said}`)
  }
}

const wordsFor = (
  brokers: readonly string[],
  topic: string,
  isolation: Isolation,
  groupId: string,
  missing: string,
): string[] => [
  '--bootstrap-server',
  brokers.join(','),
  '--topic',
  topic,
  '--group',
  groupId,
  '--from-beginning',
  '--isolation-level',
  `read_${isolation}`,
  ...['auto.commit.interval.ms=100', 'session.timeout.ms=10000'].flatMap((property) => [
    '--consumer-property',
    property,
  ]),
  ...printingWords(missing),
]

const goalOf = ({ lastStable, end }: PartitionOffsets, isolation: Isolation): number =>
  isolation === 'committed' ? lastStable : end

/** Resolves when the group has passed everything that it can see, or its reader has ended. */
const reached = async (
  admin: Admin,
  groupId: string,
  topic: string,
  isolation: Isolation,
  offsets: readonly PartitionOffsets[],
  over: AbortSignal,
): Promise<void> => {
  while (!over.aborted) {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
    const positions = new Map(
      found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    )
    const isDone = offsets.every((each) => {
      const goal = goalOf(each, isolation)
      return goal === each.start || (positions.get(each.partition) ?? -1) >= goal
    })
    if (isDone) return
    await pause(POLL_MS, over)
  }
  throw new Error(`the consumer of ${topic} ended before it had read everything`)
}
