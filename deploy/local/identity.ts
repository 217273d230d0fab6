import { readFileSync } from 'node:fs'

/**
 * Which process is meant, beyond its number: the kernel hands numbers out again, so a number read
 * from a file may belong to a stranger by now. The start time tells them apart.
 */
export type Identity = { pid: number; startedAt: string }

/** The identity of a running process, or undefined when there is none with this number. */
export const identify = (pid: number): Identity | undefined => {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

export const isRunning = ({ pid, startedAt }: Identity): boolean =>
  identify(pid)?.startedAt === startedAt

/** Signals exactly this process, never another that got its number. False when it is gone. */
export const signal = (identity: Identity, name: NodeJS.Signals): boolean => {
  if (!isRunning(identity)) return false
  try {
    return process.kill(identity.pid, name)
  } catch {
    return false
  }
}

/**
 * The start in clock ticks since boot, from field 22 of /proc/<pid>/stat. The name in field 2 may
 * hold spaces and brackets, so counting begins after its last bracket. A zombie has ended.
 */
export const startTicks = (stat: string): string | undefined => {
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? undefined : fields[18]
}

const startOnLinux = (pid: number): string | undefined => {
  try {
    const ticks = startTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return ticks === undefined ? undefined : `${bootId()}/${ticks}`
  } catch {
    return undefined
  }
}

/** Ticks begin again at every boot, so the boot belongs to the identity. */
const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

const startByPs = (pid: number): string | undefined => {
  const { stdout, exitCode } = Bun.spawnSync(['ps', '-o', 'lstart=', '-p', String(pid)], {
    env: { ...process.env, LC_ALL: 'C' },
  })
  return exitCode === 0 ? stdout.toString().trim() || undefined : undefined
}
