import { type Logger, pino } from 'pino'

/**
 * One JSON line per event on standard output. Pass named fields, never a whole request,
 * configuration or error of a library: those carry secrets and bodies.
 */
export const openLog = (service: string, level: string): Log =>
  pino({
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError },
  })

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & {
  child: (fields: Record<string, unknown>) => Log
}

/** What of an error is safe and useful in a line: its name, code, message and origin. */
const describeError = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack, cause } = error
  const code = 'code' in error ? error.code : 'type' in error ? error.type : undefined
  return {
    name,
    message: message.slice(0, 500),
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
    stack: stack?.split('\n').slice(1, 6).join('\n'),
  }
}
