import * as v from 'valibot'

/** One line of a picture: what it is of, and its values by the second since 1970. */
export type Series = { labels: Record<string, string>; points: [second: number, value: number][] }

/** In seconds. */
export type Range = { from: number; to: number; step: number }

const DEADLINE_MS = 10_000

const Sample = v.pipe(
  v.tuple([v.number(), v.string()]),
  v.transform(([second, value]): [number, number] => [second, Number(value)]),
)
const Answer = v.object({
  data: v.object({
    result: v.array(
      v.object({ metric: v.record(v.string(), v.string()), values: v.array(Sample) }),
    ),
  }),
})

/**
 * What Prometheus answers to a query over a range, without what is no number.
 * Throws when it does not answer, or when it does not understand.
 */
export const queryRange = async (
  prometheusUrl: string,
  query: string,
  { from, to, step }: Range,
): Promise<Series[]> => {
  const words = new URLSearchParams({
    query,
    start: String(from),
    end: String(to),
    step: String(step),
  })
  const response = await fetch(`${prometheusUrl}/api/v1/query_range?${String(words)}`, {
    signal: AbortSignal.timeout(DEADLINE_MS),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`Prometheus refuses ${query}: ${text}`)
  return v.parse(Answer, JSON.parse(text)).data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.filter(([, value]) => Number.isFinite(value)),
  }))
}
