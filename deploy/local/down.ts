import { existsSync } from 'node:fs'
import { pause } from '../../shared/wait.ts'
import { parse } from './arguments.ts'
import { reapFolder } from './claim.ts'
import { runCommand } from './command.ts'
import { type Folder, layout } from './folder.ts'
import { type Identity, signal } from './identity.ts'
import { tryLock } from './lock.ts'
import { secondsSince } from './progress.ts'
import { readLiveState } from './state.ts'

const HELP = `Stops the system that \`bun run up\` started; its data stays.

  bun run down [--folder DIR]
`
/** `up` promises to be gone within 10 s. */
const STOP_DEADLINE_MS = 15_000

const main = async (): Promise<number> => {
  const parsed = parse(process.argv.slice(2), [])
  if (parsed.kind === 'help') {
    console.log(HELP)
    return 0
  }
  if (parsed.kind === 'wrong') {
    console.error(`${parsed.why}\nTry: bun run down --help`)
    return 2
  }
  const folder = layout(parsed.options.folder)
  if (!existsSync(folder.root)) return nothingRuns()
  const startedAt = performance.now()
  const stopped = await stopUp(folder)
  const reaped = await reapFolder(folder.root)
  if (!stopped && reaped === 0) return nothingRuns()
  console.log(`Stopped in ${secondsSince(startedAt)}.`)
  return 0
}

const nothingRuns = (): number => {
  console.log('Nothing is running.')
  return 0
}

/** Asks `up` to stop and waits until it has let go of the folder. False when there is none. */
const stopUp = async (folder: Folder): Promise<boolean> => {
  let asked: Identity | undefined
  for (const deadline = Date.now() + STOP_DEADLINE_MS; !isFree(folder); ) {
    const up = readLiveState(folder.state)?.up
    if (up !== undefined && asked?.pid !== up.pid) {
      signal(up, 'SIGTERM')
      asked = up
    }
    if (Date.now() > deadline) {
      if (asked === undefined || !signal(asked, 'SIGKILL')) {
        throw new Error(`another process holds ${folder.lock} and does not let go`)
      }
    }
    await pause(100)
  }
  return asked !== undefined
}

const isFree = (folder: Folder): boolean => {
  const lock = tryLock(folder.lock)
  lock?.release()
  return lock !== undefined
}

await runCommand(main)
