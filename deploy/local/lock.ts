import { Database } from 'bun:sqlite'
import { pause } from '../../shared/wait.ts'

export type Lock = { release: () => void }

/** `down` looks at the lock for a moment; that is no reason to believe that a system runs. */
const PATIENCE_MS = 500

/** Holds a system's folder for this process; undefined when another process keeps holding it. */
export const takeLock = async (file: string): Promise<Lock | undefined> => {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const lock = tryLock(file)
    if (lock !== undefined || Date.now() > deadline) return lock
    await pause(50)
  }
}

/**
 * The operating system gives the lock back when the process dies, however it dies, so none is
 * ever stale. SQLite is used for its portable file lock alone; nothing is stored.
 */
export const tryLock = (file: string): Lock | undefined => {
  const database = new Database(file, { create: true })
  try {
    database.run('begin exclusive')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return undefined
    throw error
  }
  return { release: () => database.close() }
}
