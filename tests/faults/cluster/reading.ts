import { openKafka } from '../../../shared/kafka/client.ts'
import { openLog } from '../../../shared/log.ts'
import { until } from '../../support/until.ts'
import type { Cluster, Rewound } from './types.ts'

export const LEDGER = { groupId: 'billing-ledger', topic: 'bankTransaction' }

/**
 * Waits until the ledger has begun at `to` in every partition, and is past `from` again. Its counters
 * of repeats are no measure of that: what an owner had committed that lost its partition before the
 * answer, and what a process had counted that was started again since, is in none of them.
 */
export const readsAgain = async (
  cluster: Cluster,
  rewound: readonly Pick<Rewound, 'partition' | 'from' | 'to'>[],
  since: number,
): Promise<void> => {
  const deadlineMs = 30_000
  const places = new Set(rewound.map(({ partition, to }) => `${partition}@${to}`))
  const began = async () => places.isSubsetOf(await takenOver(cluster, since))
  await until(began, { what: `the ledger to begin at ${[...places].join(', ')}`, deadlineMs })
  for (const { partition, from } of rewound) {
    const isPast = async () => (await committedOffset(cluster, LEDGER, partition)) > from
    await until(isPast, { what: `partition ${partition} to be past ${from}`, deadlineMs })
  }
}

/** Where the processes of billing began to read, as `partition@offset`. */
const takenOver = async (cluster: Cluster, since: number): Promise<Set<string>> => {
  const billing = cluster.instances.filter(({ service }) => service === 'billing')
  const logs = await Promise.all(billing.map(({ logFile }) => Bun.file(logFile).text()))
  const lines = logs
    .flatMap((log) => log.split('\n'))
    .filter((line) => line.includes('"partition taken over"') && line.endsWith('}'))
    .map((line) => JSON.parse(line))
    .filter(({ time }) => Date.parse(time) >= since)
  return new Set(lines.map(({ partition, position }) => `${partition}@${position}`))
}

/** Up to where a group has read and committed a partition. */
export const committedOffset = async (
  cluster: Cluster,
  { groupId, topic }: { groupId: string; topic: string },
  partition: number,
): Promise<bigint> => {
  const connect = { clientId: 'test', brokers: [cluster.broker.directAddress] }
  const admin = openKafka({ ...connect, log: openLog('test', 'silent') }).admin()
  await admin.connect()
  try {
    const [group] = await admin.fetchOffsets({ groupId, topics: [topic] })
    return BigInt(group?.partitions.find((each) => each.partition === partition)?.offset ?? -1)
  } finally {
    await admin.disconnect()
  }
}
