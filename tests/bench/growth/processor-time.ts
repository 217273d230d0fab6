import { readFileSync } from 'node:fs'
import { descendants } from '../../../deploy/local/tree.ts'

/** In µs. The kernel tells times in hundredths of a second, on every machine that Linux runs on. */
const TICK_US = 10_000

/**
 * The processor time of a process and of all it started, those that ended included, in µs since
 * its start. NaN where there is no /proc, or no such process.
 */
export const treeTime = (pid: number): number =>
  [pid, ...descendants(pid).map((child) => child.pid)]
    .map(timeOf)
    .reduce((sum, time, index) => (index > 0 && Number.isNaN(time) ? sum : sum + time), 0)

const timeOf = (pid: number): number => {
  try {
    return parseTime(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return Number.NaN
  }
}

/**
 * Fields 14 to 17 of /proc/<pid>/stat: its own time, in and out of the kernel, and that of the
 * children it has waited for. The name in field 2 may hold spaces and brackets.
 */
export const parseTime = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_US, 0)
}
