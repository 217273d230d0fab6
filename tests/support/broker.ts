import { join } from 'node:path'
import { type RunningKafka, startKafka } from '../../deploy/local/kafka.ts'
import type { BrokerPorts, Properties } from '../../deploy/local/kafka-config.ts'
import type { KafkaSecurity } from '../../deploy/local/kafka-security.ts'
import { once } from './once.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Short timeouts, so that members and transactions that die are noticed within a test. */
export const TEST_BROKER: Properties = {
  'group.min.session.timeout.ms': 500,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1_000,
  'offsets.topic.num.partitions': 1,
  'transaction.state.log.num.partitions': 2,
}

/**
 * The broker that all tests share, as `host:port`: the one in TEST_KAFKA_BROKERS, else one that
 * is started for this process. Tests keep apart by the names of their topics and groups.
 */
export const broker = async (): Promise<string> =>
  process.env['TEST_KAFKA_BROKERS'] || (await ownBroker()).brokers

/** A broker that a test may kill, freeze and start again on the same port and data. */
export type PrivateBroker = RunningKafka & {
  /** After `stop` or `kill`. */
  startAgain: () => Promise<PrivateBroker>
  /** Ends it and removes its data. */
  dispose: () => Promise<void>
}

export const privateBroker = async (
  properties: Properties = {},
  security?: KafkaSecurity,
  proxied?: BrokerPorts['proxied'],
): Promise<PrivateBroker> => {
  const folder = await temporaryFolder()
  const dataFolder = join(folder.path, 'kafka')
  const start = async (port?: number): Promise<PrivateBroker> => {
    const running = await startKafka({
      dataFolder,
      ...(port && { port }),
      properties: { ...TEST_BROKER, ...properties },
      ...(security && { security }),
      ...(proxied && { proxied }),
    })
    return {
      ...running,
      startAgain: () => start(running.port),
      async dispose() {
        await running.kill()
        await folder.remove()
      },
    }
  }
  return start()
}

const ownBroker = once(() => privateBroker())
