import { expect, test } from 'bun:test'
import { register } from 'prom-client'
import { trackLag } from './lag.ts'

const shown = async (): Promise<string[]> =>
  (await register.getSingleMetricAsString('consumer_lag_records'))
    .split('\n')
    .filter((line) => line.startsWith('consumer_lag_records{'))
    .map((line) => line.replace('consumer_lag_records', ''))

test('lag is what is between the next offset and the end, and never below nothing', async () => {
  const lag = trackLag('reader')
  lag.observe('t', 0, 7n, 10n)
  lag.observe('t', 1, 10n, 10n)
  // A broker that lost its tail.
  lag.observe('t', 2, 12n, 10n)
  expect(await shown()).toEqual([
    '{consumer="reader",topic="t",partition="0"} 3',
    '{consumer="reader",topic="t",partition="1"} 0',
    '{consumer="reader",topic="t",partition="2"} 0',
  ])
  lag.forget()
})

test('what a consumer forgets is forgotten, and nothing of another one', async () => {
  const [kept, left] = [trackLag('kept'), trackLag('left')]
  kept.observe('t', 0, 0n, 1n)
  left.observe('t', 0, 0n, 2n)
  left.forget()
  expect(await shown()).toEqual(['{consumer="kept",topic="t",partition="0"} 1'])
  kept.forget()
})

test('what stands behind an open transaction is told where it is known, and forgotten too', async () => {
  const gap = async () =>
    (await register.getSingleMetric('log_unstable_records')?.get())?.values.map(
      ({ labels, value }) => [labels['topic'], value],
    )
  const lag = trackLag('reader')
  lag.observe('open', 0, 2n, 10n, 7n)
  lag.observe('still', 0, 2n, 10n, 10n)
  lag.observe('unknown', 0, 2n, 10n)
  expect(await gap()).toEqual([
    ['open', 3],
    ['still', 0],
  ])
  lag.forget()
  expect(await gap()).toEqual([])
})
