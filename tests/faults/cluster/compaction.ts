import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Admin, ConfigResourceTypes } from 'kafkajs'
import { TOPICS } from '../../../deploy/topics.ts'
import { assert } from '../../../shared/assert.ts'
import { settingsOf } from '../../../shared/kafka/topics.ts'
import { until } from '../../support/until.ts'

/** Segments that end after a second, and are cleaned however little there is to gain. */
const EAGER = {
  'segment.ms': '1000',
  'min.cleanable.dirty.ratio': '0.001',
  'delete.retention.ms': '0',
  'max.compaction.lag.ms': '1000',
}

/** Has a topic cleaned as far as it can be; answers how many of its partitions were. */
export const compact = async (
  admin: Admin,
  dataFolder: string,
  name: string,
  deadlineMs: number,
): Promise<number> => {
  const topic = TOPICS.find((each) => each.name === name)
  assert(topic?.policy === 'compact', `${name} is never compacted`)
  const settings = settingsOf(topic)
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
  const partitions = topics[0]?.partitions.length
  const before = cleanedUpTo(dataFolder, name)
  const cleaned = () =>
    [...cleanedUpTo(dataFolder, name)].filter(
      ([partition, offset]) => offset > (before.get(partition) ?? 0n),
    ).length
  await alter(admin, name, { ...settings, ...EAGER })
  try {
    // All of them, or as many as there is a load on.
    await until(() => cleaned() === partitions, {
      what: `${name} to be cleaned`,
      deadlineMs,
    }).catch(() => undefined)
  } finally {
    await alter(admin, name, settings)
  }
  return cleaned()
}

const alter = (admin: Admin, name: string, settings: Record<string, string>) =>
  admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name,
        configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
      },
    ],
  })

/** The broker's own note of how far it has cleaned: lines of topic, partition, offset. */
const cleanedUpTo = (dataFolder: string, name: string): Map<string, bigint> =>
  new Map(
    checkpoint(dataFolder, 'cleaner-offset-checkpoint')
      .filter(([topic]) => topic === name)
      .map(([, partition = '', offset = '0']) => [partition, BigInt(offset)]),
  )

const checkpoint = (dataFolder: string, file: string): string[][] => {
  try {
    const text = readFileSync(join(dataFolder, 'log', file), 'utf8')
    return text.split('\n').map((line) => line.split(' '))
  } catch {
    return []
  }
}
