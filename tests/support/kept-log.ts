import { pino } from 'pino'
import type { Log } from '../../shared/log.ts'

export type Line = { level: string; msg: string } & Record<string, unknown>

/** A log whose lines can be looked at. */
export const keptLog = (): { log: Log; lines: Line[] } => {
  const lines: Line[] = []
  const options = { level: 'debug', formatters: { level: (label: string) => ({ level: label }) } }
  const log = pino(options, { write: (line: string) => lines.push(JSON.parse(line)) })
  return { log, lines }
}
