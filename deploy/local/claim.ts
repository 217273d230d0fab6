import { readFileSync, writeFileSync } from 'node:fs'
import { Glob } from 'bun'
import * as v from 'valibot'
import { type Identity, identify, isRunning, signal } from './identity.ts'
import { descendants } from './tree.ts'

const IdentitySchema = v.object({ pid: v.number(), startedAt: v.string() })
const Claim = v.object({ process: IdentitySchema, parent: IdentitySchema })

/** How the names of these files end. */
export const CLAIM = '.process.json'

/** Notes in a file which process runs here and who started it. */
export const writeClaim = (file: string, pid: number): void => {
  const child = identify(pid)
  const parent = identify(process.pid)
  // It may have ended already; then there is nothing to note.
  if (child && parent) writeFileSync(file, JSON.stringify({ process: child, parent }))
}

/**
 * Makes sure that the process noted in the file does not run. What a dead parent left behind is
 * ended: asked first, killed after the deadline. One whose parent lives is in use: that throws.
 * Answers whether there was anything to end.
 */
export const claim = async (
  file: string,
  signalName: NodeJS.Signals,
  deadlineMs: number,
): Promise<boolean> => {
  const noted = readClaim(file)
  if (noted === undefined || !isRunning(noted.process)) return false
  if (isRunning(noted.parent)) {
    const { process, parent } = noted
    throw new Error(`${file}: process ${process.pid} of ${parent.pid} runs here already`)
  }
  await reap(noted.process, signalName, deadlineMs)
  return true
}

export const readClaim = (file: string): v.InferOutput<typeof Claim> | undefined => {
  try {
    return v.parse(Claim, JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // Missing, or cut off by a crash: then there is nothing that could be ended safely.
    return undefined
  }
}

const REAP_DEADLINE_MS = 3_000

/**
 * Ends all that dead parents left behind in a folder and the two levels below, by SIGINT, at which
 * Postgres does not wait for its clients. Answers how many there were.
 */
export const reapFolder = async (folder: string): Promise<number> => {
  const places = [`*${CLAIM}`, `*/*${CLAIM}`, `*/*/*${CLAIM}`]
  const files = places.flatMap((place) => [
    ...new Glob(place).scanSync({ cwd: folder, absolute: true }),
  ])
  const ended = await Promise.all(files.map((file) => claim(file, 'SIGINT', REAP_DEADLINE_MS)))
  return ended.filter(Boolean).length
}

/**
 * Ends a process that is not our child: asks, wakes it and its helpers in case they are frozen,
 * then kills. A helper that sleeps would not notice the end of its parent.
 */
export const reap = async (
  identity: Identity,
  signalName: NodeJS.Signals,
  deadlineMs: number,
): Promise<void> => {
  signal(identity, signalName)
  for (const each of [identity, ...descendants(identity.pid)]) signal(each, 'SIGCONT')
  const deadline = Date.now() + deadlineMs
  while (isRunning(identity)) {
    if (Date.now() > deadline) signal(identity, 'SIGKILL')
    await Bun.sleep(50)
  }
}
