import { readFile } from 'node:fs/promises'

/** The memory of one process: when it was first looked at, its highest, and the last. In MB. */
export type Memory = { service: string; first: number; highest: number; last: number }

/** Looks at the resident memory of the processes every half second until it is stopped. */
export const watchMemory = (
  pids: Record<string, number>,
  read: (pid: number) => Promise<number | undefined> = residentMemory,
): { stop: () => Promise<Memory[]> } => {
  const seen = new Map<string, Memory>()
  const look = async (): Promise<void> => {
    for (const [service, pid] of Object.entries(pids)) {
      const now = await read(pid)
      if (now === undefined) continue
      const before = seen.get(service) ?? { first: now, highest: now }
      const highest = Math.max(before.highest, now)
      seen.set(service, { service, first: before.first, highest, last: now })
    }
  }
  let looking = look()
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, 500)
  // A run that fails must not be kept alive by looking at it.
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await looking
      await look()
      return [...seen.values()]
    },
  }
}

/** All of them as one: the highest of each, though they need not have been of one moment. */
export const together = (all: readonly Memory[]): Memory => {
  const sum = (of: 'first' | 'highest' | 'last') => all.reduce((total, one) => total + one[of], 0)
  return { service: 'together', first: sum('first'), highest: sum('highest'), last: sum('last') }
}

/** Resident set of a process in MB (10^6 bytes); undefined where there is no /proc, or no process. */
export const residentMemory = async (pid: number): Promise<number | undefined> =>
  parseResident(await statusOf(pid))

/** The most that a process that still runs ever had resident, in MB; undefined as above. */
export const peakMemory = async (pid: number): Promise<number | undefined> =>
  parsePeak(await statusOf(pid))

const statusOf = (pid: number): Promise<string> =>
  readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')

/** The VmRSS line of /proc/<pid>/status, in MB. The kernel writes kB and means 1,024 bytes. */
export const parseResident = (status: string): number | undefined =>
  megabytes(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])

/** The VmHWM line, likewise. */
export const parsePeak = (status: string): number | undefined =>
  megabytes(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1])

const megabytes = (kibibytes: string | undefined): number | undefined =>
  kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1e6
