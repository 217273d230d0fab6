import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import { pause } from '../../shared/wait.ts'
import { layout } from './folder.ts'
import { identify, isRunning } from './identity.ts'
import { readLiveState } from './state.ts'

/**
 * A tool that must not meet services asks `up` to stop them for a while, by a file in its folder.
 * The file names the tool: one that died holds nobody up.
 */
export type Hold = { release: () => void }

const DEADLINE_MS = 30_000
const LOOK_AGAIN_MS = 200

/** Resolves when the services of that folder are stopped; undefined where none run anyway. */
export const holdServices = async (path: string | undefined): Promise<Hold | undefined> => {
  if (path === undefined) return undefined
  const folder = layout(path)
  if (readLiveState(folder.state)?.phase !== 'ready') return undefined
  writeFileSync(folder.hold, JSON.stringify(identify(process.pid)), { mode: 0o600 })
  const release = () => rmSync(folder.hold, { force: true })
  for (const deadline = Date.now() + DEADLINE_MS; ; ) {
    const phase = readLiveState(folder.state)?.phase
    if (phase === 'held') return { release }
    if (phase === undefined || Date.now() > deadline) {
      release()
      throw new Error(`up does not stop its services in ${path}`)
    }
    await pause(LOOK_AGAIN_MS)
  }
}

const Holder = v.object({ pid: v.number(), startedAt: v.string() })

/** Whether somebody who is still there wants the services to rest. */
export const isHeld = (file: string): boolean => {
  if (!existsSync(file)) return false
  try {
    return isRunning(v.parse(Holder, JSON.parse(readFileSync(file, 'utf8'))))
  } catch {
    // Half written, or just released; the next look tells.
    return false
  }
}

export type Held = {
  file: string
  stop: () => Promise<void>
  start: () => Promise<void>
  signal: AbortSignal
}

/** Does what such files ask for, until the signal. */
export const obeyHolds = async ({ file, stop, start, signal }: Held): Promise<void> => {
  for (let isResting = false; !signal.aborted; ) {
    if (isHeld(file) !== isResting) {
      isResting = !isResting
      await (isResting ? stop() : start())
    }
    await pause(LOOK_AGAIN_MS, signal)
  }
}
