import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Child, lastLines, spawnChild } from './child.ts'
import { CLAIM, claim } from './claim.ts'
import { fromArchive } from './kafka-classes.ts'
import { type BrokerPorts, brokerProperties, LOGGING, type Properties } from './kafka-config.ts'
import { hasKafkaJars, KAFKA_VERSION, kafkaJars } from './kafka-jars.ts'
import { brokerAnswers } from './kafka-ready.ts'
import {
  ADMIN,
  clientSecurity,
  type KafkaSecurity,
  securityProperties,
  userWords,
  writeKeys,
} from './kafka-security.ts'
import { freePort } from './ports.ts'
import { becomesReady } from './ready.ts'
import type { Running } from './unit.ts'

export type KafkaOptions = {
  /** Holds log segments, configuration and the broker's own log; made when missing. */
  dataFolder: string
  /** A free one when left out. */
  port?: number
  /** Lets clients in through a proxy as well. */
  proxied?: BrokerPorts['proxied']
  /** Broker settings that replace or join ours, e.g. `group.min.session.timeout.ms`. */
  properties?: Properties
  /** An open broker when left out. Users are made with the data, and stay as they are. */
  security?: KafkaSecurity
  /** Words for Java, instead of those that let it start faster. */
  java?: readonly string[]
  readyDeadlineMs?: number
  /** Gives up bringing the jars or waiting for it to become ready. */
  signal?: AbortSignal
  /** Learns what takes long. */
  note?: (text: string) => void
}

export type RunningKafka = Running & {
  /** `host:port` */
  brokers: string
  port: number
  pid: number
}

const STOP_DEADLINE_MS = 4_000

/**
 * Apache Kafka in KRaft mode, one node, loopback only. Needs Java 17+ and, the first time, Maven.
 * Resolves when it answers a client; otherwise throws with the last lines of its log.
 */
export const startKafka = async (options: KafkaOptions): Promise<RunningKafka> => {
  const folder = resolve(options.dataFolder)
  if (!hasKafkaJars()) options.note?.(`Maven brings Apache Kafka ${KAFKA_VERSION}, once (43 MB)`)
  const jars = await kafkaJars(options.signal)
  const port = options.port ?? (await freePort())

  await mkdir(folder, { recursive: true, mode: 0o700 })
  const claimFile = join(folder, `kafka${CLAIM}`)
  await claim(claimFile, 'SIGTERM', STOP_DEADLINE_MS)
  await configure(folder, port, options)
  await format(folder, jars, options.security)

  const outputFile = join(folder, 'kafka.out')
  const child = spawnChild({
    command: java(jars, options.java ?? fromArchive(), 'kafka.Kafka', 'server.properties'),
    folder,
    logFile: outputFile,
    claimFile,
    onParentDeath: 'KILL',
  })
  const brokers = `127.0.0.1:${port}`
  const problem = await becomesReady({
    check: () =>
      brokerAnswers(brokers, options.security && clientSecurity(options.security, ADMIN)),
    exited: child.exited,
    deadlineMs: options.readyDeadlineMs ?? 60_000,
    signal: options.signal,
  })
  if (problem !== undefined) {
    await child.kill()
    const log = [lastLines(outputFile), lastLines(join(folder, 'kafka.log'))].join('\n').trim()
    throw new Error(`Kafka on ${brokers} ${problem}; the end of its log in ${folder}:\n${log}`)
  }
  return { brokers, port, pid: child.pid, ...runningKafka(child) }
}

/** SIGTERM stops it in good order; after a kill its next start recovers from the segments. */
const runningKafka = (child: Child): Running => ({
  child,
  stop: () => child.stop('SIGTERM', STOP_DEADLINE_MS),
  kill: child.kill,
  freeze: () => child.signal('SIGSTOP'),
  wake: () => child.signal('SIGCONT'),
})

const configure = async (
  folder: string,
  port: number,
  { security, proxied, properties = {} }: KafkaOptions,
): Promise<void> => {
  const ports = { broker: port, controller: await freePort(), proxied }
  await Bun.write(join(folder, 'log4j2.properties'), LOGGING)
  if (security) await writeKeys(folder, security)
  await Bun.write(
    join(folder, 'server.properties'),
    brokerProperties(ports, security ? securityProperties(security) : {}, properties),
    { mode: 0o600 },
  )
}

const STORAGE_TOOL = 'kafka.tools.StorageTool'

/** Writes the cluster's id and first metadata into an empty data folder. */
const format = async (
  folder: string,
  jars: string,
  security: KafkaSecurity | undefined,
): Promise<void> => {
  if (existsSync(join(folder, 'log', 'meta.properties'))) return
  const clusterId = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')
  const words = [
    'format',
    // In one word: a random id may begin with a dash, and would then be taken for an option.
    `--cluster-id=${clusterId}`,
    '-c',
    'server.properties',
    ...(security ? userWords(security) : []),
  ]
  const tool = Bun.spawn(java(jars, fromArchive(), STORAGE_TOOL, ...words), {
    cwd: folder,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: 60_000,
  })
  const [output, errors, code] = await Promise.all([
    new Response(tool.stdout).text(),
    new Response(tool.stderr).text(),
    tool.exited,
  ])
  if (code !== 0) throw new Error(`Kafka could not format ${folder}:\n${output}${errors}`)
}

/**
 * Small heap, first compiler only: starts fast and leaves memory to others. Under load the serial
 * collector stops the broker for 17 ms twice a second, two threads for 5 ms.
 */
const java = (jars: string, more: readonly string[], ...main: string[]): string[] => [
  'java',
  ...more,
  '-Xmx384m',
  '-XX:+UseParallelGC',
  '-XX:ParallelGCThreads=2',
  '-XX:TieredStopAtLevel=1',
  '-Dlog4j2.configurationFile=log4j2.properties',
  '-cp',
  join(jars, '*'),
  ...main,
]
