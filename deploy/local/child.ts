import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { writeClaim } from './claim.ts'

export type Child = {
  pid: number
  /** Resolves with the exit code (128 + signal when killed) once the process has ended. */
  exited: Promise<number>
  /** Asks with a signal, waits, then kills. Resolves when the process is gone. */
  stop: (signalName: NodeJS.Signals, deadlineMs: number) => Promise<void>
  /** Ends it at once, as when the machine runs out of memory. */
  kill: () => Promise<void>
  /** Sends any signal, e.g. SIGSTOP. */
  signal: (name: NodeJS.Signals) => void
}

export type ChildOptions = {
  command: string[]
  folder: string
  /** Its output is appended here. */
  logFile: string
  /** Notes the process here, for `claim` at the next start. */
  claimFile: string
  environment?: Record<string, string | undefined>
  /** What the kernel sends it when this process dies without a word (Linux). */
  onParentDeath?: ParentDeathSignal
  /** Another user to run as; only root may choose. */
  user?: User
}

export type User = { uid: number; gid: number }
type ParentDeathSignal = 'INT' | 'TERM' | 'KILL'

/**
 * Starts a process in a session of its own, so that Ctrl-C in the terminal reaches only us and we
 * stop the parts in order. On Linux the kernel ends it when this process is killed.
 */
export const spawnChild = (options: ChildOptions): Child => {
  const { command, folder, environment = process.env } = options
  const log = openLog(options.logFile)
  const child = Bun.spawn([...dyingWithParent(options.onParentDeath ?? 'KILL'), ...command], {
    cwd: folder,
    env: environment,
    stdin: 'ignore',
    stdout: log,
    stderr: log,
    detached: true,
    ...options.user,
  })
  closeSync(log)
  living.add(child)
  void child.exited.then(() => living.delete(child))
  writeClaim(options.claimFile, child.pid)
  return asChild(child)
}

const living = new Set<Bun.Subprocess>()

/** Ends whatever was spawned and still runs, for the moment before this process ends in haste. */
export const killChildren = (): void => {
  for (const child of living) child.kill('SIGKILL')
}

const asChild = (child: Bun.Subprocess): Child => {
  const send = (name: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(name)
  }
  return {
    pid: child.pid,
    exited: child.exited,
    signal: send,
    async kill() {
      send('SIGKILL')
      await child.exited
    },
    async stop(signalName, deadlineMs) {
      send(signalName)
      // A frozen process would not notice that it was asked.
      send('SIGCONT')
      const timer = setTimeout(() => send('SIGKILL'), deadlineMs)
      await child.exited
      clearTimeout(timer)
    },
  }
}

/** A prefix for the command: `setpriv` asks the kernel for a signal at the parent's death. */
export const dyingWithParent = (signalName: ParentDeathSignal): string[] => {
  const setpriv = process.platform === 'linux' ? Bun.which('setpriv') : null
  return setpriv === null ? [] : [setpriv, '--pdeathsig', signalName, '--']
}

const LARGEST_LOG_BYTES = 10 * 1024 * 1024

/** A log that grew large makes room at the next start; one earlier log is kept. */
export const openLog = (file: string): number => {
  if (existsSync(file) && statSync(file).size > LARGEST_LOG_BYTES) renameSync(file, `${file}.1`)
  return openSync(file, 'a', 0o600)
}

/** The end of a log file, for the message that says why something did not start. */
export const lastLines = (file: string, count = 15): string => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
  } catch {
    return ''
  }
}
