export type Answer = { status: number; body: string }
export type Ask = (method: string, url: string, body?: object) => Promise<Answer>

const DEADLINE_MS = 10_000

/** One call over HTTP with JSON. Throws when there is no answer within 10 s. */
export const httpAsk: Ask = async (method, url, body) => {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(DEADLINE_MS),
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.text() }
}
