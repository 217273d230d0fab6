import { readFileSync } from 'node:fs'
import { sep } from 'node:path'

/** Takes away all that is mounted below a folder. */
export const unmountBelow = (folder: string): void => {
  for (const path of mountsBelow(folder)) Bun.spawnSync(['umount', path])
}

/** The latest first: it may lie on an earlier one. */
const mountsBelow = (folder: string): string[] =>
  mounts()
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(folder + sep))
    .toReversed()

const mounts = (): string[] => {
  try {
    return readFileSync('/proc/self/mounts', 'utf8').split('\n')
  } catch {
    // Only Linux tells, and only there do tests mount anything.
    return []
  }
}
