import type { RecordMetadata } from 'kafkajs'
import { assert } from '../../../shared/assert.ts'
import { type Connect, openKafka } from '../../../shared/kafka/client.ts'
import { good, type PoisonTopic } from './poison.ts'
import type { Crossed } from './types.ts'

/** In case an abort does not arrive, for readers wait until the broker has done it. */
const FORGOTTEN_MS = 10_000

/**
 * One transaction begins, another begins and is aborted, then the first is aborted. The broker
 * lists them in the order of their ends, and who takes the list for one of beginnings, as kafkajs
 * did before our patch, lets the first record pass.
 */
export const crossAborts = async (connect: Connect, topic: PoisonTopic): Promise<Crossed> => {
  const account = `stranger-${crypto.randomUUID()}`
  const strangers = ['first', 'second'].map((name) =>
    openKafka(connect).producer({
      transactionalId: `${account}-${name}`,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: FORGOTTEN_MS,
      allowAutoTopicCreation: false,
    }),
  )
  try {
    await Promise.all(strangers.map((stranger) => stranger.connect()))
    const open = []
    let last: RecordMetadata | undefined
    for (const stranger of strangers) {
      const transaction = await stranger.transaction()
      open.unshift(transaction)
      // The same key, and so the same partition.
      const messages = [{ key: account, value: good(topic, account) }]
      last = (await transaction.send({ topic, messages }))[0]
    }
    for (const transaction of open) await transaction.abort()
    assert(last !== undefined, 'the broker told no partition')
    return { account, partition: last.partition }
  } finally {
    await Promise.all(strangers.map((stranger) => stranger.disconnect()))
  }
}
