import { expect, setDefaultTimeout, test } from 'bun:test'
import { ConfigResourceTypes, type Producer } from 'kafkajs'
import { pause, withDeadline } from '../../shared/wait.ts'
import { client, newTopic } from './clients.ts'
import { consumed } from './reading.ts'

// The server may have to be started first.
setDefaultTimeout(60_000)

const SEGMENT_MS = 50

test('a consumer goes past a record batch that compaction has emptied', async () => {
  await hurryTheCleaner()
  const topic = await newTopic({
    'cleanup.policy': 'compact',
    'segment.ms': String(SEGMENT_MS),
    'max.compaction.lag.ms': '1',
    'min.cleanable.dirty.ratio': '0.0001',
  })
  const [once, often] = await Promise.all([idempotent(), idempotent()])
  const write = (producer: Producer, key: string, value: string) =>
    producer.send({ topic, messages: [{ key, value, partition: 0 }] })

  await write(often, 'a', 'first')
  // Superseded below. As the last batch of its producer it stays in the log, without its record.
  await write(once, 'b', 'superseded')
  for (const value of ['second', 'third', 'last']) {
    // A segment is closed by the first write after its time.
    await pause(SEGMENT_MS + 10)
    await write(often, value === 'second' ? 'b' : value, value)
  }
  await Promise.all([once.disconnect(), often.disconnect()])

  // One byte a fetch means one record batch a fetch: the emptied one comes alone.
  const values = await withDeadline(cleaned(topic), 20_000, 'the log cleaner')
  expect(values).toEqual(['first', 'second', 'third', 'last'])
})

const cleaned = async (topic: string): Promise<string[]> => {
  for (;;) {
    const values = await consumed(topic, { until: 'last', maxBytesPerPartition: 1 })
    if (!values.includes('superseded')) return values
  }
}

const idempotent = async (): Promise<Producer> => {
  const producer = (await client()).producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  return producer
}

/** It looks every 15 s otherwise. */
const hurryTheCleaner = async () => {
  const admin = (await client()).admin()
  await admin.connect()
  const configEntries = [{ name: 'log.cleaner.backoff.ms', value: '100' }]
  const { brokers } = await admin.describeCluster()
  const resources = brokers.map(({ nodeId }) => ({
    type: ConfigResourceTypes.BROKER,
    name: String(nodeId),
    configEntries,
  }))
  await admin.alterConfigs({ validateOnly: false, resources })
  await admin.disconnect()
}
