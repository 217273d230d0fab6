import type { Operation, Outcome } from '../history/history.ts'

/** What an answer says about its operation. Amounts are turned into minor units, exactly. */
export const outcomeOf = (type: Operation['type'], status: number, text: string): Outcome => {
  const body = readBody(text)
  const code = typeof body?.['code'] === 'string' ? { code: body['code'] } : {}
  if (status >= 200 && status < 300) {
    const answer = type === 'order' ? { orderId: Number(text) } : body
    return { phase: 'ok', status, ...(answer && { answer }) }
  }
  // Only these say that nothing was done. Too many, too late and broken may mean anything.
  const isDefinite = status >= 400 && status < 500 && status !== 408 && status !== 429
  return {
    phase: isDefinite ? 'failed' : 'unknown',
    status,
    ...code,
    ...(body && { answer: body }),
  }
}

const MONEY = new Set(['amount', 'balance', 'lastAmount'])

const readBody = (text: string): Record<string, unknown> | undefined => {
  try {
    const body: unknown = JSON.parse(text, minorUnits)
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** From the digits themselves: a double is not to be trusted with money, here neither. */
const minorUnits = (name: string, value: unknown, context?: { source?: string }): unknown => {
  if (!MONEY.has(name) || typeof value !== 'number') return value
  const [, sign = '', major = '', decimals = ''] =
    /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(context?.source ?? '') ?? []
  // What is no amount stays as it is, for the checker to see.
  return major === '' ? value : `${sign}${BigInt(major + decimals.padEnd(2, '0'))}`
}
