import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { type Offsets, TOPIC_NAMES } from './dump.ts'
import { readGroupOffsets, readPartitionOffsets } from './offsets.ts'
import { dumpSegments } from './segments.ts'
import { dumpTables } from './tables.ts'
import { dumpTopic, type Isolation } from './topic-dump.ts'

export type Places = {
  brokers: readonly string[]
  /** Of the broker, when it is on this machine: its segments tell which transactions ended how. */
  kafkaDataFolder?: string | undefined
  databases: Record<'order' | 'billing' | 'notification', string>
  partitions: number
}

/** Console consumers at once; each is a JVM. */
const CONSUMERS = 4

/**
 * Adds topics, offsets, batches and tables to a dump's folder. The dust has to have settled before:
 * what comes in meanwhile may be in one file and not in the other.
 */
export const collectDump = async (folder: string, places: Places): Promise<void> => {
  const { brokers, databases, partitions, kafkaDataFolder } = places
  for (const [service, url] of Object.entries(databases)) {
    await dumpTables(join(folder, 'tables'), service, url)
  }
  const admin = new Kafka({
    clientId: 'dump',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
  }).admin()
  await admin.connect()
  try {
    const offsets: Offsets = {
      topics: await readPartitionOffsets(brokers, partitions),
      groups: await readGroupOffsets(admin),
    }
    await Bun.write(join(folder, 'offsets.json'), `${JSON.stringify(asText(offsets), null, 1)}\n`)
    const dumps = TOPIC_NAMES.flatMap((topic) =>
      (['committed', 'uncommitted'] as const).map((isolation: Isolation) => () => {
        const file = join(folder, 'topics', `${topic}.${isolation}.jsonl`)
        return dumpTopic({ brokers, admin }, topic, isolation, offsets.topics[topic] ?? [], file)
      }),
    )
    await inTurns(dumps, CONSUMERS)
  } finally {
    await admin.disconnect()
  }
  if (kafkaDataFolder) await dumpSegments(kafkaDataFolder, folder)
}

/** Offsets are 64 bits wide, and stay digits wherever JSON is read. */
const asText = (offsets: Offsets): unknown =>
  JSON.parse(JSON.stringify(offsets), (key, value: unknown) =>
    typeof value === 'number' && key !== 'partition' ? String(value) : value,
  )

const inTurns = async (tasks: readonly (() => Promise<void>)[], width: number): Promise<void> => {
  const waiting = tasks.values()
  const worker = async () => {
    for (const task of waiting) await task()
  }
  await Promise.all(Array.from({ length: width }, worker))
}
