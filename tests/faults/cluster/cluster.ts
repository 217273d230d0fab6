import { copyFile, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SERVICES, type ServiceName } from '../../../deploy/local/services.ts'
import { assert } from '../../../shared/assert.ts'
import { openLog } from '../../../shared/log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { randomOf } from '../plan/random.ts'
import { type OpenBroker, openBroker } from './broker.ts'
import { closingOf } from './closing.ts'
import { followDecisions } from './decisions.ts'
import { type OpenInstance, openInstance } from './instance.ts'
import { openIntruder } from './intruder.ts'
import { type OpenPostgres, openPostgres } from './postgres.ts'
import type { Cluster, ClusterOptions, InstanceName } from './types.ts'

const ROOT = join(import.meta.dir, '../../..')
const PARTITIONS = 4
const READY_MS = 90_000
const NUMBERS = [1, 2] as const

/**
 * A broker, a Postgres, a proxy in front of each, and two of every service, all of our own and
 * each to be taken down in every way. Resolves when all are ready. However this process ends, all
 * that it started ends with it, and the data goes; logs and control files stay in the folder.
 */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const folder = resolve(options.folder)
  const sources = resolve(options.sources ?? ROOT)
  const data = await temporaryFolder()
  const processes = join(data.path, 'processes')
  for (const path of [processes, join(folder, 'logs')]) await mkdir(path, { recursive: true })
  const closing = closingOf(data.remove)

  try {
    const { int } = randomOf(options.seed ?? 1, 'network')
    const random = () => int(0, 999_999) / 1_000_000
    const common = { ...options, folder: data.path, random, sources }
    const partitions = options.partitions ?? PARTITIONS
    const [broker, postgres] = await both(
      openBroker({ ...common, partitions }),
      openPostgres(common),
    )
    closing.add(() => keepLogs(broker, data.path, folder))
    closing.add(broker.close, postgres.close)

    const connect = {
      clientId: 'faults',
      brokers: [broker.broker.directAddress],
      log: openLog('faults', 'silent'),
    }
    const follower = followDecisions(connect, partitions)
    closing.add(follower.close)

    const opened = await openInstances((name, service) =>
      openInstance({
        ...options,
        folder,
        sources,
        processes,
        name,
        service,
        environment: environmentOf(options, broker, postgres, service, partitions),
      }),
    )
    closing.add(...opened.map(({ close }) => close))
    const instances = opened.map(({ instance }) => instance)
    const ready = async (deadlineMs: number): Promise<void> => {
      await Promise.all(instances.map((instance) => instance.ready(deadlineMs)))
    }
    await Promise.all(instances.map(({ start }) => start()))
    await ready(READY_MS)
    return {
      partitions,
      instances,
      instance(name) {
        const found = instances.find((instance) => instance.name === name)
        assert(found !== undefined, `there is no ${name}`)
        return found
      },
      broker: broker.broker,
      postgres: postgres.postgres,
      kafkaProxy: broker.proxy,
      postgresProxy: postgres.proxy,
      decisions: follower.decisions,
      intruder: openIntruder(connect, broker.broker.dataFolder),
      ready,
      dispose: closing.close,
    }
  } catch (error) {
    await closing.close().catch(() => undefined)
    throw error
  }
}

const openInstances = (
  open: (name: InstanceName, service: ServiceName) => Promise<OpenInstance>,
): Promise<OpenInstance[]> =>
  Promise.all(
    SERVICES.flatMap(({ name }) => NUMBERS.map((number) => open(`${name}-${number}`, name))),
  )

const environmentOf = (
  { serviceEnvironment }: ClusterOptions,
  { broker }: OpenBroker,
  { postgres }: OpenPostgres,
  service: ServiceName,
  partitions: number,
): Record<string, string> => ({
  KAFKA_BROKERS: broker.address,
  DATABASE_URL: postgres.urls[service],
  TOPIC_PARTITIONS: String(partitions),
  ...serviceEnvironment,
})

/** Both or neither: when one fails, the other is closed. */
const both = async <A extends Closable, B extends Closable>(
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> => {
  try {
    return await Promise.all([first, second])
  } catch (error) {
    const settled = await Promise.allSettled<Closable>([first, second])
    for (const each of settled) if (each.status === 'fulfilled') await each.value.close()
    throw error
  }
}
type Closable = { close: () => Promise<void> }

/** What broker and Postgres said, before it goes with their data. */
const keepLogs = async ({ broker }: OpenBroker, data: string, folder: string): Promise<void> => {
  const kept = {
    'broker.log': join(broker.dataFolder, 'kafka.log'),
    'broker.out': join(broker.dataFolder, 'kafka.out'),
    'postgres.log': join(data, 'postgres', 'postgres.log'),
  }
  for (const [name, file] of Object.entries(kept)) {
    // A server that had nothing to say has no log.
    await copyFile(file, join(folder, 'logs', name)).catch(() => undefined)
  }
}
