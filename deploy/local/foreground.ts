import colors from 'picocolors'
import type { Options } from './arguments.ts'
import { banner } from './banner.ts'
import { reapFolder } from './claim.ts'
import { emptyData, type Folder, layout, makeFolders } from './folder.ts'
import { obeyHolds } from './hold.ts'
import { takeLock } from './lock.ts'
import { shownLine } from './log-line.ts'
import type { Programs } from './observers.ts'
import { readOrigin } from './origin.ts'
import { planPorts } from './port-plan.ts'
import { runVisibly, secondsSince } from './progress.ts'
import { removeRedpandaData } from './redpanda.ts'
import { SERVICES } from './services.ts'
import type { Settings } from './settings.ts'
import { partsOf, readLiveState, type State, serversOf, writeState } from './state.ts'
import { awaitStop, type StopRequest } from './stop-request.ts'
import { type System, startSystem } from './system.ts'
import { tail } from './tail.ts'

/**
 * Starts the system, shows what its services complain about, and stops it when asked to.
 * Answers the exit code: 0 when it ran and was stopped, 1 when it did not start.
 */
export const runForeground = async (
  options: Options,
  settings: Settings,
  programs: Programs | undefined,
): Promise<number> => {
  const folder = layout(options.folder)
  await makeFolders(folder)
  const lock = await takeLock(folder.lock)
  if (lock === undefined) return alreadyRunning(readLiveState(folder.state), options)
  const request = awaitStop()
  try {
    writeState(folder.state, { phase: 'starting', parts: [] })
    // What an earlier up left behind would hold the ports that are wanted now.
    await reapFolder(folder.root)
    if (options.reset) await forgetAll(folder)
    return await startAndStay({ options, settings, programs }, folder, request)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    writeState(folder.state, { phase: 'failed', reason, parts: [] })
    console.error(colors.red(reason))
    return 1
  } finally {
    request.forget()
    lock.release()
  }
}

type Wish = { options: Options; settings: Settings; programs: Programs | undefined }

const startAndStay = async (
  { options, settings, programs }: Wish,
  folder: Folder,
  request: StopRequest,
): Promise<number> => {
  let system: System | undefined
  const note = (phase: State['phase']) => {
    writeState(folder.state, {
      phase,
      ...(system && { url: system.url }),
      parts: system ? partsOf(system) : [],
    })
  }
  try {
    system = await startSystem({
      folder: options.folder,
      ports: await planPorts({ gateway: settings.port, free: options.freePorts }),
      given: { brokers: settings.brokers, adminUrl: settings.adminUrl },
      partitions: settings.partitions,
      serviceEnvironment: { LOG_LEVEL: settings.logLevel },
      ...(programs && { programs }),
      signal: request.signal,
      runSteps: runVisibly,
      onWaiting: (servers, reason) =>
        writeState(folder.state, { phase: 'waiting', reason, parts: serversOf(servers) }),
      report: (part, text) => {
        console.log(`${colors.yellow(`[${part}]`)} ${text}`)
        if (system) note('ready')
      },
    })
  } catch (error) {
    if (!request.signal.aborted) throw error
    note('stopped')
    console.log('Interrupted; what had been started is stopped.')
    return INTERRUPTED
  }
  note('ready')
  await stay(system, folder, request, note)
  note('stopping')
  await stop(system)
  note('stopped')
  return 0
}

/** The shell's code for what ended by SIGINT. */
const INTERRUPTED = 130

const stay = async (
  system: System,
  folder: Folder,
  request: StopRequest,
  note: (phase: State['phase']) => void,
): Promise<void> => {
  console.log(banner({ url: system.url, parts: partsOf(system) }))
  const tails = Object.values(system.services).map(({ name, logFile }) =>
    tail(logFile, (line) => {
      const shown = shownLine(name, line)
      if (shown !== undefined) console.log(shown)
    }),
  )
  await obeyHolds({
    file: folder.hold,
    signal: request.signal,
    stop: async () => {
      console.log('The services rest, because a tool asks for it.')
      await Promise.all(NAMES.map((name) => system.unit(name).stop()))
      note('held')
    },
    start: async () => {
      try {
        await Promise.all(NAMES.map((name) => system.unit(name).start(request.signal)))
      } catch (error) {
        if (request.signal.aborted) return
        throw error
      }
      note('ready')
      console.log('The services run again.')
    },
  })
  for (const one of tails) one.stop()
}

const NAMES = SERVICES.map(({ name }) => name)

const stop = async (system: System): Promise<void> => {
  console.log('Stopping; once more Ctrl-C kills.')
  const startedAt = performance.now()
  await system.stop()
  console.log(`Stopped in ${secondsSince(startedAt)}.`)
}

const forgetAll = async (folder: Folder): Promise<void> => {
  if (readOrigin(folder.origin)?.broker === 'redpanda') await removeRedpandaData(folder.redpanda)
  await emptyData(folder)
  await makeFolders(folder)
}

/** It is what was wanted if it is ready; otherwise nobody can tell yet. */
const alreadyRunning = (state: State | undefined, { reset }: Options): number => {
  if (reset) {
    console.error('It is running. Stop it first, to start empty: bun run down')
    return 1
  }
  if (state?.phase === 'ready') {
    console.log(`It is already running, as process ${state.up.pid}.`)
    console.log(banner(state))
    return 0
  }
  const doing =
    state === undefined ? 'is starting' : `is ${state.phase}, as process ${state.up.pid}`
  console.error(`Another up ${doing}. See: bun run status`)
  return 1
}
