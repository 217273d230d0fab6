import { beforeAll, describe, expect, test } from 'bun:test'
import { JOBS, type Job } from '../../deploy/observability/files.ts'
import { client } from '../system/client.ts'
import { type Exposition, readExposition } from './exposition.ts'
import { queriesOf } from './monitoring.ts'
import { readQuery } from './promql.ts'

/** Alerts and dashboards ask for nothing that the running services do not have. */

/** Prometheus itself adds these to what it scrapes. */
const FROM_PROMETHEUS = ['up']
const FROM_TARGET = ['namespace', 'job', 'instance', 'pod']

const expositions = new Map<Job, Exposition>()
beforeAll(async () => {
  const { addresses, open, deposit, place, decided, message } = await client()
  // One of each: metrics with labels are there once something has happened.
  const account = await open()
  await deposit(account, 5)
  const order = Number((await place(account, 5)).body)
  await decided(order)
  await message(order)
  for (const job of JOBS) {
    const name = job.replace('-service', '') as 'order' | 'billing' | 'notification'
    const response = await fetch(`${addresses[name].opsUrl}/metrics`)
    expositions.set(job, readExposition(await response.text()))
  }
}, 120_000)

describe.each([...JOBS])('%s', (job) => {
  const asked = async () =>
    (await queriesOf(job)).flatMap(({ where, expr, named }) => {
      const { selectors, grouping } = readQuery(expr)
      return { where, selectors, labels: [...grouping, ...named] }
    })
  const has = () => expositions.get(job) ?? { names: new Set<string>(), samples: [] }
  const samplesOf = (metric: string) => has().samples.filter(({ name }) => name === metric)
  const labelsOf = (metric: string) =>
    new Set(samplesOf(metric).flatMap(({ labels }) => Object.keys(labels)))

  test('has every metric that is asked for', async () => {
    const missing = (await asked()).flatMap(({ where, selectors }) =>
      selectors
        .filter(({ metric }) => !has().names.has(metric) && !FROM_PROMETHEUS.includes(metric))
        .map(({ metric }) => `${where}: ${metric}`),
    )
    expect(missing).toEqual([])
  })

  test('every query is about this service, and about nothing else', async () => {
    const others = (await asked()).flatMap(({ where, selectors }) =>
      selectors
        .filter(({ matchers }) => matchers.find(({ label }) => label === 'job')?.value !== job)
        .map(({ metric }) => `${where}: ${metric}`),
    )
    expect(others).toEqual([])
  })

  test('has every label that is asked for', async () => {
    const missing = (await asked()).flatMap(({ where, selectors, labels }) => {
      // Without a sample nothing shows its labels; those that halt are the one example.
      if (selectors.some(({ metric }) => samplesOf(metric).length === 0)) return []
      const known = new Set([
        ...FROM_TARGET,
        ...selectors.flatMap((one) => [...labelsOf(one.metric)]),
      ])
      const used = [
        ...labels,
        ...selectors.flatMap((one) => one.matchers.map(({ label }) => label)),
      ]
      return used.filter((label) => !known.has(label)).map((label) => `${where}: ${label}`)
    })
    expect(missing).toEqual([])
  })

  test('only halted partitions and what Prometheus adds have no sample', async () => {
    const empty = (await asked()).flatMap(({ selectors }) =>
      selectors.map(({ metric }) => metric).filter((metric) => samplesOf(metric).length === 0),
    )
    expect(
      [...new Set(empty)].filter((metric) => !['up', 'partition_halted'].includes(metric)),
    ).toEqual([])
  })

  test('has a series for every value that is asked for by name', async () => {
    const missing = (await asked()).flatMap(({ where, selectors }) =>
      selectors.flatMap(({ metric, matchers }) =>
        matchers
          .filter(({ label, op }) => op === '=' && !FROM_TARGET.includes(label))
          .filter(({ label, value }) =>
            samplesOf(metric).every(({ labels }) => labels[label] !== value),
          )
          .map(({ label, value }) => `${where}: ${metric} has no ${label}="${value}"`),
      ),
    )
    expect(missing).toEqual([])
  })
})
