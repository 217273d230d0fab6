import { mkdirSync, statfsSync } from 'node:fs'

/** A disk of a size of our own choice, in memory, that can be full from one moment to the next. */
export type Disk = {
  /** Why there is none, or undefined. */
  obstacle: string | undefined
  fill: () => void
  free: () => void
}

/**
 * Puts it at this path; the janitor of the folder above takes it away. It is filled by making it
 * as small as what is on it, which costs neither time nor memory.
 */
export const openDisk = (path: string, megabytes: number): Disk => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const obstacle = mounting(path, megabytes)
  const mustBeThere = (): void => {
    if (obstacle !== undefined) throw new Error(`there is no disk to fill: ${obstacle}`)
  }
  return {
    obstacle,
    fill() {
      mustBeThere()
      for (let attempt = 1; freeBytes(path) > 0; attempt += 1) {
        // It grows while we look; then the new size is too small, and is refused.
        const problem = resize(path, usedBytes(path))
        if (problem !== undefined && attempt === ATTEMPTS) throw new Error(problem)
      }
    },
    free() {
      if (obstacle !== undefined) return
      const problem = resize(path, megabytes * 1024 * 1024)
      if (problem !== undefined) throw new Error(problem)
    },
  }
}

const ATTEMPTS = 20

const mounting = (path: string, megabytes: number): string | undefined => {
  if (megabytes === 0) return 'none was wanted'
  if (process.platform !== 'linux') return 'only Linux has a tmpfs'
  if (process.getuid?.() !== 0) return 'only root may mount'
  return run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', path)
}

const resize = (path: string, bytes: number): string | undefined =>
  run('mount', '-o', `remount,size=${bytes}`, path)

const usedBytes = (path: string): number => {
  const { blocks, bfree, bsize } = statfsSync(path)
  return (blocks - bfree) * bsize
}

const freeBytes = (path: string): number => {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** Answers what went wrong. */
const run = (...command: string[]): string | undefined => {
  const { success, stderr } = Bun.spawnSync(command, { stdin: 'ignore', stdout: 'ignore' })
  return success ? undefined : stderr.toString().trim()
}
