import { join } from 'node:path'
import { assert } from '../../shared/assert.ts'
import { migrate } from '../../shared/migrations.ts'
import { ensureTopics } from '../topics.ts'
import { awaitAgreement } from './agreement.ts'
import type { Assembly } from './assembly.ts'
import { openBroker } from './broker.ts'
import { CLAIM } from './claim.ts'
import { openServer } from './database-server.ts'
import { ensureDatabase, serviceUrl } from './databases.ts'
import { isPortTaken, startGateway } from './gateway.ts'
import { linksOf } from './links.ts'
import { addObservers } from './observers.ts'
import { originConflict, readOrigin, writeOrigin } from './origin.ts'
import { portTaken } from './port-plan.ts'
import { launchService, SERVICES, type ServiceName, serviceReady } from './services.ts'
import type { Note, Step } from './steps.ts'
import { unit } from './unit.ts'

const ROOT = join(import.meta.dir, '../..')
const NAMES = SERVICES.map(({ name }) => name)
const SERVICE_READY_MS = 60_000
const PARTITIONS = 4

/** What a start does, in this order. */
export const systemSteps = (assembly: Assembly): Step[] => [
  { title: 'Broker', run: (note) => addBroker(assembly, note) },
  { title: 'Postgres', run: () => addServer(assembly) },
  { title: 'Databases', run: () => addDatabases(assembly) },
  { title: 'Migrations', run: () => applyMigrations(assembly) },
  { title: 'Topics', run: () => addTopics(assembly) },
  { title: 'Log and books', run: (note) => agree(assembly, note) },
  {
    title: 'Services',
    parallel: NAMES.map((name) => ({ title: name, run: () => addService(assembly, name) })),
  },
  { title: 'Gateway', run: () => addGateway(assembly) },
  ...observing(assembly),
]

const observing = (assembly: Assembly): Step[] => {
  const { programs } = assembly.options
  return programs === undefined
    ? []
    : [{ title: 'Observers', run: () => addObservers(assembly, programs) }]
}

const addBroker = async (assembly: Assembly, note: Note): Promise<string> => {
  const { options, folder, signal } = assembly
  const earlier = readOrigin(folder.origin)
  assembly.broker = await openBroker({
    folder,
    signal,
    given: options.given?.brokers,
    port: options.ports.broker,
    properties: options.kafkaProperties ?? {},
    earlier: earlier?.broker,
    report: reporter(assembly, 'broker'),
    note,
  })
  return assembly.broker.description
}

const addServer = async (assembly: Assembly): Promise<string> => {
  const { options, folder, signal, broker } = assembly
  const origin = {
    broker: broker?.kind ?? 'given',
    database: options.given?.adminUrl === undefined ? 'embedded' : 'given',
  } as const
  const conflict = originConflict(readOrigin(folder.origin), origin)
  if (conflict !== undefined) throw new Error(conflict)
  assembly.server = await openServer({
    folder,
    signal,
    given: options.given?.adminUrl,
    port: options.ports.postgres,
    durable: options.durable ?? true,
    settings: options.postgresSettings ?? {},
    report: reporter(assembly, 'postgres'),
  })
  writeOrigin(folder.origin, origin)
  return assembly.server.description
}

const addDatabases = async ({ signal, server }: Assembly): Promise<string> => {
  const adminUrl = given(server).adminUrl
  for (const name of NAMES) await interruptible(ensureDatabase(adminUrl, name), signal)
  return NAMES.join(', ')
}

/** The services would do this themselves; here a failure has a line of its own. */
const applyMigrations = async ({ signal, server }: Assembly): Promise<string> => {
  const adminUrl = given(server).adminUrl
  for (const name of NAMES) {
    const folder = join(ROOT, name, 'migrations')
    await interruptible(migrate({ url: serviceUrl(adminUrl, name) }, folder), signal)
  }
  return 'applied'
}

const addTopics = async ({ options, signal, broker }: Assembly): Promise<string> => {
  const { kind, brokers } = given(broker)
  const work = ensureTopics({
    brokers: brokers.split(','),
    partitions: options.partitions ?? PARTITIONS,
    // A cluster of the user's own knows best how many copies it keeps.
    replicationFactor: kind === 'given' ? -1 : 1,
  })
  const created = await interruptible(work, signal)
  return created.length === 0 ? 'present' : `created ${created.join(', ')}`
}

const agree = ({ options, folder, signal, ...servers }: Assembly, note: Note): Promise<string> => {
  const broker = given(servers.broker)
  const server = given(servers.server)
  const at = (name: ServiceName) => ({ url: serviceUrl(server.adminUrl, name) })
  const places = {
    kafka: { brokers: broker.brokers.split(',') },
    databases: { order: at('order'), billing: at('billing'), notification: at('notification') },
    partitions: options.partitions ?? PARTITIONS,
  }
  const tell = (why: string) => {
    note(why)
    options.onWaiting?.({ broker, server }, why)
  }
  return awaitAgreement(places, recoverCommand(folder.root), tell, signal)
}

const recoverCommand = (root: string): string =>
  root === join(ROOT, '.local') ? 'bun run recover' : `bun run recover --folder ${root}`

const addService = async (assembly: Assembly, name: ServiceName): Promise<string> => {
  const { options, folder, signal, broker, server } = assembly
  const service = assembly.services[name]
  const environment = {
    KAFKA_BROKERS: given(broker).brokers,
    DATABASE_URL: serviceUrl(given(server).adminUrl, name),
    TOPIC_PARTITIONS: String(options.partitions ?? PARTITIONS),
    ...options.serviceEnvironment,
  }
  const claimFile = join(folder.processes, `${name}${CLAIM}`)
  const process = unit(
    name,
    launchService(service, environment, claimFile),
    reporter(assembly, name),
  )
  assembly.units[name] = process
  await process.start(signal)
  await serviceReady(service, process, SERVICE_READY_MS, signal)
  return service.url
}

const addGateway = async (assembly: Assembly): Promise<string> => {
  const { options, services } = assembly
  const port = options.ports.gateway
  try {
    assembly.gateway = startGateway({
      port,
      routes: Object.values(services).map(({ prefix, url }) => ({ prefix, origin: url })),
      links: linksOf(`http://localhost:${port}`, services),
    })
  } catch (error) {
    throw isPortTaken(error) ? portTaken(port) : error
  }
  return `http://localhost:${port}`
}

const reporter = (assembly: Assembly, part: string) => (text: string) =>
  assembly.options.report?.(part, text)

/** Work that takes no signal itself goes on unseen when it is interrupted. */
const interruptible = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      const stop = () => reject(new Error('interrupted'))
      if (signal.aborted) stop()
      signal.addEventListener('abort', stop, { once: true })
    }),
  ])

const given = <T>(part: T | undefined): T => {
  assert(part !== undefined, 'a step ran before the one that it needs')
  return part
}
