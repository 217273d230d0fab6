import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { lastLines, spawnChild } from './child.ts'
import { CLAIM, claim } from './claim.ts'
import { brokerAnswers } from './kafka-ready.ts'
import { becomesReady } from './ready.ts'
import type { Running } from './unit.ts'

export const REDPANDA_IMAGE = 'docker.redpanda.com/redpandadata/redpanda:v26.1.14'

export type RedpandaOptions = {
  /** Holds the container's log. The data itself is in a Docker volume named after this folder. */
  dataFolder: string
  port: number
  readyDeadlineMs?: number
  signal?: AbortSignal
}

const STOP_DEADLINE_S = 3
/** An engine that takes longer to answer is as good as none. */
const DOCKER_DEADLINE_MS = 5_000
/** The first start pulls the image. */
const READY_DEADLINE_MS = 300_000

/**
 * One Redpanda node in a container, for machines with a Docker engine. The arguments follow the
 * documentation of `rpk redpanda start`; where this was written no engine could be had, so
 * beyond a stand-in for the `docker` command it has not been run.
 */
export const startRedpanda = async (options: RedpandaOptions): Promise<Running> => {
  const folder = resolve(options.dataFolder)
  const name = containerName(folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const claimFile = join(folder, `redpanda${CLAIM}`)
  await claim(claimFile, 'SIGTERM', 1_000 * STOP_DEADLINE_S)
  // A container outlives a killed client, and its name can be used only once.
  await docker('rm', '--force', name)

  const logFile = join(folder, 'redpanda.log')
  // The client passes a SIGTERM on to the container, so its death ends the container as well.
  const child = spawnChild({
    command: ['docker', ...runArguments(name, options.port)],
    folder,
    logFile,
    claimFile,
    onParentDeath: 'TERM',
  })
  const kill = async () => {
    await docker('rm', '--force', name)
    await child.kill()
  }
  const brokers = `127.0.0.1:${options.port}`
  const problem = await becomesReady({
    check: () => brokerAnswers(brokers),
    exited: child.exited,
    deadlineMs: options.readyDeadlineMs ?? READY_DEADLINE_MS,
    signal: options.signal,
  })
  if (problem !== undefined) {
    await kill()
    throw new Error(`Redpanda on ${brokers} ${problem}; the end of its log:\n${lastLines(logFile)}`)
  }
  return {
    child,
    kill,
    async stop() {
      await docker('stop', '--time', String(STOP_DEADLINE_S), name)
      await child.stop('SIGTERM', 1_000)
    },
    freeze: () => void docker('pause', name),
    wake: () => void docker('unpause', name),
  }
}

/**
 * The mode for containers fits a small machine, but it also acknowledges what is not on the disk
 * yet and creates topics by itself: both are switched back. Its long fetch debounce is, too,
 * because it would add 10 ms to every hop.
 */
export const runArguments = (name: string, port: number): string[] =>
  `run --rm --name ${name}
    --publish 127.0.0.1:${port}:${port}
    --volume ${name}:/var/lib/redpanda/data
    ${REDPANDA_IMAGE}
    redpanda start --mode dev-container --smp 1 --memory 1G
    --unsafe-bypass-fsync=false --default-log-level=warn
    --kafka-addr internal://0.0.0.0:9092,external://0.0.0.0:${port}
    --advertise-kafka-addr internal://127.0.0.1:9092,external://127.0.0.1:${port}
    --set redpanda.auto_create_topics_enabled=false
    --set redpanda.write_caching_default=disabled
    --set redpanda.fetch_reads_debounce_timeout=1`.split(/\s+/)

/** Undefined when a Docker engine answers, else why it does not. */
export const dockerProblem = async (): Promise<string | undefined> => {
  if (Bun.which('docker') === null) return 'docker is not installed'
  const code = await docker('info')
  return code === 0 ? undefined : 'the Docker engine does not answer'
}

/** Forgets all that the broker kept. */
export const removeRedpandaData = async (dataFolder: string): Promise<void> => {
  const name = containerName(resolve(dataFolder))
  await docker('rm', '--force', name)
  await docker('volume', 'rm', '--force', name)
}

/** Two systems in two folders must not share a container. */
const containerName = (folder: string): string =>
  `exactly-once-${createHash('sha256').update(folder).digest('hex').slice(0, 10)}`

const docker = (...words: string[]): Promise<number> =>
  Bun.spawn(['docker', ...words], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
    timeout: DOCKER_DEADLINE_MS,
  }).exited
