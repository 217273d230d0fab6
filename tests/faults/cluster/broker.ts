import { join } from 'node:path'
import { startKafka } from '../../../deploy/local/kafka.ts'
import { freePort } from '../../../deploy/local/ports.ts'
import { ensureTopics } from '../../../deploy/topics.ts'
import { TEST_BROKER } from '../../support/broker.ts'
import { startKafkaProxy } from '../proxy/kafka-proxy.ts'
import type { KafkaProxy } from '../proxy/types.ts'
import { openPart } from './part.ts'
import type { ClusterBroker, ClusterOptions } from './types.ts'

export type OpenBroker = { broker: ClusterBroker; proxy: KafkaProxy; close: () => Promise<void> }

type BrokerWish = Pick<ClusterOptions, 'brokerProperties' | 'report'> & {
  folder: string
  partitions: number
  random: () => number
}

/** Looks soon at what there is to be cleaned, where the default is every 15 s. */
const CLEANER = { 'log.cleaner.backoff.ms': 1_000 }

/** A broker with the topics of the system, behind a proxy. */
export const openBroker = async (wish: BrokerWish): Promise<OpenBroker> => {
  const { partitions, random } = wish
  const dataFolder = join(wish.folder, 'kafka')
  const port = await freePort()
  const listening = await freePort()
  const proxy = await startKafkaProxy({ upstreamPort: listening, random })
  const proxied = { listening, advertised: proxy.port }
  const properties = { ...TEST_BROKER, ...CLEANER, ...wish.brokerProperties }
  const part = openPart(
    'broker',
    (signal) => startKafka({ dataFolder, port, proxied, properties, signal }),
    (text) => wish.report?.('broker', text),
  )
  const directAddress = `127.0.0.1:${port}`
  const close = async () => {
    await Promise.all([part.kill(), proxy.close()])
  }
  try {
    await part.start()
    await ensureTopics({ brokers: [directAddress], partitions, replicationFactor: 1 })
  } catch (error) {
    await close()
    throw error
  }
  return {
    proxy,
    close,
    broker: { ...part, address: `127.0.0.1:${proxy.port}`, directAddress, dataFolder },
  }
}
