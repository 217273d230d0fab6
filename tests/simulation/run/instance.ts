import { untilAvailable } from '../../../shared/available.ts'
import { type Health, openHealth } from '../../../shared/health.ts'
import type { Stop } from '../../../shared/lifecycle.ts'
import type { Log } from '../../../shared/log.ts'
import { kafkaInMemory } from '../log/client.ts'
import type { Process } from '../world/queue.ts'
import { count, type Environment } from './environment.ts'
import type { ServiceName, Target } from './scenario.ts'
import { type Api, assemble } from './services.ts'

/** One of the two processes of a service, over all its lives. */
export type Instance = {
  name: string
  service: ServiceName
  /** Of the life that runs now, if one does. */
  process: () => Process | undefined
  /** What clients reach; nothing while it starts, stops or is down. */
  api: () => Api | undefined
  isReady: () => boolean
  start: () => void
  /** As SIGTERM: the parts end, last to first, within a deadline. */
  stop: () => void
  kill: () => void
}

const STOP_DEADLINE_MS = 8_000
const RESTART_MS = 1_000

export const openInstance = (environment: Environment, { service, instance }: Target): Instance => {
  const { world } = environment
  const name = `${service}-${instance + 1}`
  let life: Life | undefined

  const exit = (ended: Life): void => {
    world.kill(ended.process)
    if (life === ended) life = undefined
  }
  const start = (): void => {
    if (life !== undefined) return
    const started = begin(environment, service, name, (error) => {
      world.trace?.(`${name}: ends with ${error.message}`)
      count(environment, 'exits')
      exit(started)
      world.after(RESTART_MS, world.outside, start)
    })
    life = started
  }
  return {
    name,
    service,
    process: () => life?.process,
    api: () => life?.api,
    isReady: () => life?.api !== undefined && life.health.report().ready,
    start,
    stop: () => {
      const ending = life
      if (ending === undefined) return
      ending.api = undefined
      world.after(0, ending.process, () => void stopAll(ending.stops).then(() => exit(ending)))
      world.after(STOP_DEADLINE_MS, world.outside, () => exit(ending))
    },
    kill: () => {
      if (life !== undefined) exit(life)
    },
  }
}

type Life = { process: Process; health: Health; api: Api | undefined; stops: Stop[] }

/** As shared/run.ts: starts the parts in turn; a part that fails for good ends the process. */
const begin = (
  environment: Environment,
  service: ServiceName,
  name: string,
  onEnd: (error: Error) => void,
): Life => {
  const { world } = environment
  const process = world.spawn(name)
  const health = openHealth()
  const life: Life = { process, health, api: undefined, stops: [] }
  const log = logOf(environment, name)
  let isEnding = false
  const onCrashed = (error: Error): void => {
    if (isEnding) return
    isEnding = true
    world.after(1, world.outside, () => onEnd(error))
  }
  const startAll = async (): Promise<void> => {
    const stopping = new AbortController().signal
    await untilLogIsThere(environment, process, log, stopping)
    const { parts, api } = assemble(service, { environment, process, health, log, onCrashed })
    for (const part of parts) life.stops.unshift(await part.start(stopping))
    life.api = api
  }
  world.after(0, process, () => void startAll().catch(onCrashed))
  return life
}

const untilLogIsThere = (
  { world, broker, weather }: Environment,
  process: Process,
  log: Log,
  stopping: AbortSignal,
): Promise<void> => {
  const kafka = kafkaInMemory({ world, broker, process, weather: () => weather.log })
  const attempt = async () => {
    const admin = kafka.admin()
    await admin.connect()
    await admin.disconnect()
  }
  return untilAvailable({ what: 'the log', attempt, isTransient: () => true, log }, stopping)
}

const stopAll = async (stops: readonly Stop[]): Promise<void> => {
  for (const stop of stops) await stop().catch(() => {})
}

const logOf = (environment: Environment, name: string): Log => {
  const { world, alarms } = environment
  const line =
    (level: string) =>
    (fields: unknown, text?: string): void => {
      if (level === 'fatal') alarms.push(`${name}: ${text} ${described(fields)}`)
      if (NOTED.has(text ?? '')) count(environment, text ?? '')
      world.trace?.(`${name}: ${level} ${text ?? ''} ${described(fields)}`)
    }
  const log = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    fatal: line('fatal'),
    child: () => log,
  } as unknown as Log
  return log
}

/** What the product reports of itself and a run should have seen now and then. */
const NOTED = new Set([
  'dead letters',
  'partitions assigned',
  'partition taken over',
  'the partition starts over',
  'the projection starts over',
  'the relay starts over',
  'a batch is handled again',
  'pending orders are sent again',
  'accepted transactions were not applied and are sent again',
])

const described = (fields: unknown): string => {
  if (typeof fields !== 'object' || fields === null) return String(fields)
  return JSON.stringify(fields, (key, value: unknown) => {
    // Measured by the machine's own clock: different each time.
    if (key === 'seconds') return undefined
    if (typeof value === 'bigint') return String(value)
    return value instanceof Error ? `${value.name}: ${value.message}` : value
  })
}
