import colors from 'picocolors'
import * as v from 'valibot'

const Line = v.looseObject({ level: v.string(), msg: v.optional(v.string(), '') })

const PAINT: Record<string, (text: string) => string> = {
  warn: colors.yellow,
  error: colors.red,
  fatal: colors.red,
}

/** What every line of a service carries and nobody needs to read twice. */
const KNOWN = new Set(['level', 'msg', 'time', 'service', 'pid'])

/**
 * How a line of a service's log is shown in the terminal: warnings and worse, and what is not
 * JSON at all, such as the last words of a process that dies. Undefined for the rest.
 */
export const shownLine = (service: string, line: string): string | undefined => {
  if (line.trim() === '') return undefined
  const prefix = colors.dim(`[${service}]`)
  const parsed = v.safeParse(Line, parseJson(line))
  if (!parsed.success) return `${prefix} ${line}`
  const { level, msg, ...fields } = parsed.output
  const paint = PAINT[level]
  if (paint === undefined) return undefined
  const details = Object.entries(fields)
    .filter(([name]) => !KNOWN.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return [prefix, paint(level), msg, colors.dim(details.join(' '))].join(' ').trimEnd()
}

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
