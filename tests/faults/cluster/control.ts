import { mkdirSync } from 'node:fs'
import { pause } from '../../../shared/wait.ts'
import { until } from '../../support/until.ts'
import { type Arm, readNotes, readPasses, writeOrders } from './orders.ts'
import type { Armed, Crash, Instance } from './types.ts'

/** The near end of what `preload.ts` does in the processes of one instance. */
export type Control = Pick<Instance, 'arm' | 'disarm' | 'shiftClock' | 'hits' | 'passes'>

const LOOK_MS = 25
const TAKEN_MS = 5_000

/**
 * `pid` tells which process runs now; `wake` ends its sleep after a freeze at a crash point.
 * Throws nothing by itself when the process dies: that is what it is for.
 */
export const openControl = (
  folder: string,
  { pid, wake }: { pid: () => number | undefined; wake: () => void },
): Control => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let clockOffsetMs = 0
  let arms: readonly Arm[] = []
  let lastId = 0
  const send = () => writeOrders(folder, { clockOffsetMs, arms })
  const wasHit = (id: number) =>
    readNotes(folder).some((note) => note.event === 'hit' && note.id === id)

  const hit = async ({ id, pid: armedPid }: Arm, deadlineMs: number): Promise<boolean> => {
    const deadline = performance.now() + deadlineMs
    while (!wasHit(id)) {
      // Asked once more: it may have happened since, and ended the process.
      if (pid() !== armedPid || performance.now() > deadline) return wasHit(id)
      await pause(LOOK_MS)
    }
    return true
  }

  const wakeLater = async (arm: Arm, frozenMs: number): Promise<void> => {
    if (!(await hit(arm, Number.POSITIVE_INFINITY))) return
    await pause(frozenMs)
    if (pid() === arm.pid) wake()
  }

  const arm = async ({ frozenMs, ...crash }: Crash): Promise<Armed> => {
    const running = pid()
    if (running === undefined) throw new Error('there is no process to arm')
    lastId += 1
    const armed: Arm = { ...crash, id: lastId, pid: running }
    arms = [...arms.filter((other) => other.pid === running), armed]
    send()
    const isTaken = () =>
      readNotes(folder).some((note) => note.event === 'armed' && note.id === armed.id)
    try {
      await until(isTaken, { what: `process ${running} to be armed`, deadlineMs: TAKEN_MS })
    } catch (error) {
      arms = arms.filter((other) => other !== armed)
      send()
      throw error
    }
    if (frozenMs !== undefined) void wakeLater(armed, frozenMs)
    return { hit: (deadlineMs) => hit(armed, deadlineMs) }
  }

  return {
    arm,
    disarm: () => {
      arms = []
      send()
    },
    async shiftClock(ms) {
      clockOffsetMs = ms
      send()
      const running = pid()
      if (running === undefined) return
      await until(() => clockOf(folder, running) === ms, {
        what: `the clock of process ${running} to be shifted`,
        deadlineMs: TAKEN_MS,
      })
    },
    hits: () => {
      const points = readNotes(folder).flatMap((note) => (note.event === 'hit' ? note.point : []))
      return Object.fromEntries(
        [...Map.groupBy(points, (point) => point)].map(([point, all]) => [point, all.length]),
      )
    },
    passes: () => readPasses(folder),
  }
}

const clockOf = (folder: string, pid: number): number => {
  let offset = 0
  for (const note of readNotes(folder)) {
    if (note.event === 'clock' && note.pid === pid) offset = note.offsetMs
  }
  return offset
}
