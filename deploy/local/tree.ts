import { readdirSync, readFileSync } from 'node:fs'
import type { Child } from './child.ts'
import { type Identity, identify, isRunning, signal } from './identity.ts'

const GONE_DEADLINE_MS = 5_000

/**
 * Kills a process and all it started, and waits until none is left: a server's helpers notice
 * the death of their parent only after a moment, and until then hold its memory and files.
 */
export const killTree = async (child: Child): Promise<void> => {
  const helpers = descendants(child.pid)
  await child.kill()
  for (const helper of helpers) signal(helper, 'SIGKILL')
  const deadline = Date.now() + GONE_DEADLINE_MS
  while (helpers.some(isRunning)) {
    if (Date.now() > deadline) throw new Error(`helpers of process ${child.pid} do not end`)
    await Bun.sleep(10)
  }
}

/** Freezes (SIGSTOP) or wakes (SIGCONT) a process and all it started. */
export const signalTree = (child: Child, name: 'SIGSTOP' | 'SIGCONT'): void => {
  child.signal(name)
  for (const helper of descendants(child.pid)) signal(helper, name)
}

/** All processes below this one, by what the kernel lists; none where there is no /proc. */
export const descendants = (pid: number): Identity[] => {
  const children = childrenOf(pid).flatMap((child) => identify(child) ?? [])
  return [...children, ...children.flatMap((child) => descendants(child.pid))]
}

const childrenOf = (pid: number): number[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter((word) => word !== '')
        .map(Number),
    )
  } catch {
    return []
  }
}
