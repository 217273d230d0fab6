import { closeSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from '../../shared/wait.ts'
import type { Options } from './arguments.ts'
import { openLog } from './child.ts'
import { layout, makeFolders } from './folder.ts'
import { readLiveState } from './state.ts'

/** Beyond the deadlines of all steps, the longest being the download of the broker. */
const DEADLINE_MS = 15 * 60_000
const STOP_DEADLINE_MS = 15_000

/**
 * Starts the same command in the background and shows its output until all is ready. Answers
 * 0 then, or when it runs already, and 1 when it did not start. Ctrl-C meanwhile takes it back.
 */
export const runDetached = async (options: Options): Promise<number> => {
  const folder = layout(options.folder)
  await makeFolders(folder)
  const logFile = join(folder.logs, 'up.log')
  const log = openLog(logFile)
  const show = follow(logFile)
  const child = spawnInBackground(log)
  const interrupt = new AbortController()
  const ask = () => interrupt.abort()
  process.once('SIGINT', ask).once('SIGTERM', ask)

  const deadline = Date.now() + DEADLINE_MS
  while (child.exitCode === null && !interrupt.signal.aborted && Date.now() < deadline) {
    show()
    const state = readLiveState(folder.state)
    if (state?.up.pid === child.pid && state.phase === 'ready') {
      // Its last lines may be written a moment after its state.
      await pause(200)
      show()
      child.unref()
      return 0
    }
    if (state?.up.pid === child.pid && state.phase === 'waiting') {
      await pause(200)
      show()
      child.unref()
      console.log(`It waits in the background, and goes on by itself: ${state.reason ?? ''}`)
      return 1
    }
    await pause(100, interrupt.signal)
  }
  const code = await end(child)
  show()
  return code === 0 && !interrupt.signal.aborted ? 0 : 1
}

/** Waits for the end of the process, if need be after asking for it. */
const end = async (child: Bun.Subprocess): Promise<number> => {
  if (child.exitCode === null) child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS)
  const code = await child.exited
  clearTimeout(timer)
  return code
}

const spawnInBackground = (log: number): Bun.Subprocess => {
  const words = process.argv.slice(2).filter((word) => word !== '--detach')
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'up.ts'), ...words], {
    stdin: 'ignore',
    stdout: log,
    stderr: log,
    // A session of its own: no Ctrl-C and no hang-up of this terminal reaches it.
    detached: true,
    env: { ...process.env, npm_lifecycle_event: undefined, FORCE_COLOR: undefined },
  })
  closeSync(log)
  return child
}

/** Each call prints what was added to the file since the last one. */
const follow = (file: string): (() => void) => {
  let shown = statSync(file).size
  return () => {
    const bytes = readFileSync(file)
    process.stdout.write(bytes.subarray(shown))
    shown = bytes.length
  }
}
