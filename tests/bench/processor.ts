import { cpus } from 'node:os'

/** How many cores were busy: with the load itself, and with everything on the machine. */
export type BusyCores = { load: number; machine: number }

/**
 * Measures from now until it is asked. What the load takes was not there for the system; what the
 * machine takes beyond both is somebody else's work, and makes the times worse than they are.
 */
export const watchProcessor = (): (() => BusyCores) => {
  const start = performance.now()
  const ownBefore = process.cpuUsage()
  const allBefore = busyMs()
  return () => {
    const elapsedMs = performance.now() - start
    const { user, system } = process.cpuUsage(ownBefore)
    return {
      load: (user + system) / 1000 / elapsedMs,
      machine: (busyMs() - allBefore) / elapsedMs,
    }
  }
}

const busyMs = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
