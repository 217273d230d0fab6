import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Who listens on a port, e.g. `process 4711 (java)`; undefined where the system does not tell:
 * without /proc, and for processes of other users unless we are root.
 */
export const portOwner = (port: number): string | undefined => {
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listening(file, port)),
  )
  if (inodes.size === 0) return undefined
  const pid = pids().find((candidate) => holdsSocket(candidate, inodes))
  return pid === undefined ? undefined : `process ${pid} (${commandOf(pid)})`
}

const listening = (file: string, port: number): string[] => {
  try {
    return listenInodes(readFileSync(file, 'utf8'), port)
  } catch {
    return []
  }
}

/** Picks the sockets that listen (state 0A) on the port from the kernel's table. */
export const listenInodes = (table: string, port: number): string[] => {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[1]?.endsWith(suffix) && words[3] === '0A')
    .flatMap((words) => words[9] ?? [])
}

const pids = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

const holdsSocket = (pid: number, inodes: Set<string>): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(target(pid, descriptor)) ?? []
      return inode !== undefined && inodes.has(inode)
    })
  } catch {
    return false
  }
}

/** A descriptor may be closed between listing and reading it. */
const target = (pid: number, descriptor: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`)
  } catch {
    return ''
  }
}

const commandOf = (pid: number): string => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
    return words.length > 60 ? `${words.slice(0, 60)}…` : words
  } catch {
    return '?'
  }
}
