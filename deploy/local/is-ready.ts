import * as v from 'valibot'

const DEADLINE_MS = 2_000

/** What a service answers at `/ready`, as far as it matters here. */
const Report = v.object({
  checks: v.array(v.object({ name: v.string(), up: v.boolean(), reason: v.optional(v.string()) })),
})

/** Whether an address answers 200 now, or what is missing. */
export const isReady = async (url: string): Promise<true | string> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) })
    const text = await response.text()
    return response.ok || `${response.status} ${whatIsMissing(text)}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The conditions that are not met, e.g. `relay (the outbox cannot be sent)`. */
export const whatIsMissing = (text: string): string => {
  const report = v.safeParse(Report, parseJson(text))
  if (!report.success) return text.slice(0, 200)
  return report.output.checks
    .filter(({ up }) => !up)
    .map(({ name, reason }) => (reason === undefined ? name : `${name} (${reason})`))
    .join(', ')
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
