import { type Admin, ConfigResourceTypes } from 'kafkajs'

/**
 * What a topic must be. `compact` keeps the latest record of each key, `keep` everything for
 * ever, `delete` everything for `retentionMs`.
 */
export type Topic = { name: string; policy: 'compact' | 'keep' | 'delete'; retentionMs?: number }

export class WrongTopicError extends Error {
  override readonly name = 'WrongTopicError'
}

/** The settings that a topic is created with. */
export const settingsOf = ({ policy, retentionMs }: Topic): Record<string, string> => ({
  'cleanup.policy': policy === 'compact' ? 'compact' : 'delete',
  'retention.ms': policy === 'delete' ? String(retentionMs ?? 7 * DAY_MS) : '-1',
  ...(policy === 'compact' ? { 'min.cleanable.dirty.ratio': '0.1' } : { 'retention.bytes': '-1' }),
})

const DAY_MS = 86_400_000

/** Those of the names that no topic has. */
export const missingTopics = async (admin: Admin, names: readonly string[]): Promise<string[]> => {
  const present = new Set(await admin.listTopics())
  return names.filter((name) => !present.has(name))
}

/**
 * Refuses topics that would make the system wrong without a trace: a changed number of partitions
 * moves accounts between owners, compaction of a history or retention of a table loses money.
 * Throws a WrongTopicError that names each difference.
 */
export const checkTopics = async (
  admin: Admin,
  expected: readonly Topic[],
  partitions: number,
): Promise<void> => {
  if (expected.length === 0) return
  const names = expected.map(({ name }) => name)
  const { topics } = await admin.fetchTopicMetadata({ topics: names })
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  })
  const problems = expected.flatMap((topic) => {
    const count = topics.find(({ name }) => name === topic.name)?.partitions.length ?? 0
    const settings = resources.find(({ resourceName }) => resourceName === topic.name)
    const actual = new Map(
      settings?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    )
    return differences(topic, partitions, count, actual)
  })
  if (problems.length > 0) throw new WrongTopicError(problems.join('; '))
}

/** What is wrong with a topic as found, in words. */
export const differences = (
  topic: Topic,
  partitions: number,
  actualPartitions: number,
  actual: ReadonlyMap<string, string>,
): string[] => {
  const wanted = settingsOf(topic)
  const problems: string[] = []
  if (actualPartitions !== partitions) {
    problems.push(`${topic.name} has ${actualPartitions} partitions, expected ${partitions}`)
  }
  if (actual.get('cleanup.policy') !== wanted['cleanup.policy']) {
    problems.push(
      `${topic.name} has cleanup.policy=${actual.get('cleanup.policy')}, expected ${wanted['cleanup.policy']}`,
    )
  }
  const retention = actual.get('retention.ms')
  if (topic.policy === 'keep' && retention !== '-1') {
    problems.push(`${topic.name} has retention.ms=${retention}, expected -1 (for ever)`)
  }
  return problems
}
