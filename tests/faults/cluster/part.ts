import { type Launch, unit } from '../../../deploy/local/unit.ts'
import type { Part } from './types.ts'

/** Processes die here every few seconds on purpose: one that lived for so long had started well. */
const STEADY_MS = 2_000

/** A unit that may be started when it runs already, as somebody does who puts all right again. */
export const openPart = (name: string, launch: Launch, report: (text: string) => void): Part => {
  const one = unit(name, launch, report, { steadyMs: STEADY_MS })
  let rests = true
  const end = (how: 'stop' | 'kill') => async () => {
    rests = true
    await one[how]()
  }
  return {
    name,
    pid: one.pid,
    exited: one.exited,
    restarts: one.restarts,
    kill: end('kill'),
    stop: end('stop'),
    freeze: one.freeze,
    wake: one.wake,
    async start() {
      if (!rests) return
      rests = false
      try {
        await one.start()
      } catch (error) {
        rests = true
        throw error
      }
    },
  }
}
