import { afterAll, expect, test } from 'bun:test'
import { symlinkSync } from 'node:fs'
import * as v from 'valibot'
import { JOBS } from '../../deploy/observability/files.ts'
import { FREE, openFolder } from '../support/local-commands.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

/** `bun run up --observe`, as somebody types it. */

const TIME_MS = 240_000
const prometheus = Bun.which('prometheus')
if (prometheus === null) console.log('skipped: `up --observe` needs prometheus on PATH')

const Up = v.object({
  data: v.object({
    result: v.array(
      v.object({ metric: v.object({ job: v.string() }), value: v.tuple([v.number(), v.string()]) }),
    ),
  }),
})
const Rules = v.object({
  data: v.object({
    groups: v.array(v.object({ rules: v.array(v.object({ name: v.string() })) })),
  }),
})

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
}, TIME_MS)

test.skipIf(prometheus === null)(
  'Prometheus watches the services, knows the alerts, and ends with the system',
  async () => {
    const { command, state, close } = await openFolder()
    closing.push(close)
    const up = await command('up', ['--detach', '--observe', ...FREE])
    expect([up.errors, up.code]).toEqual(['', 0])
    const observer = state()?.parts.find(({ name }) => name === 'prometheus')
    expect(up.output).toContain(observer?.address ?? 'an address')

    const ask = async (path: string): Promise<unknown> => {
      const signal = AbortSignal.timeout(5_000)
      return (await fetch(`${observer?.address}/api/v1/${path}`, { signal })).json()
    }
    const jobs = async () =>
      v
        .parse(Up, await ask('query?query=up'))
        .data.result.flatMap(({ value: [, isUp], metric }) => (isUp === '1' ? metric.job : []))
        .toSorted()
    await until(async () => Bun.deepEquals(await jobs(), [...JOBS].toSorted()), {
      what: 'all services to be scraped',
      deadlineMs: 60_000,
    })
    const { data } = v.parse(Rules, await ask('rules?type=alert'))
    const names = data.groups.flatMap(({ rules }) => rules.map(({ name }) => name))
    expect(names).toContain('DecisionsSlow')

    expect((await command('status')).output).toMatch(/prometheus +ready/)
    expect((await command('down')).code).toBe(0)
    expect(await fetch(`${observer?.address}/-/ready`).catch(() => 'gone')).toBe('gone')
  },
  TIME_MS,
)

test(
  'without Prometheus nothing is started, and it is said what is missing',
  async () => {
    const { command, state, close } = await openFolder()
    const bin = await temporaryFolder()
    closing.push(close, bin.remove)
    symlinkSync(process.execPath, `${bin.path}/bun`)
    const { code, errors } = await command('up', ['--observe', ...FREE], { PATH: bin.path })
    expect([code, errors]).toEqual([1, expect.stringContaining('needs `prometheus` on PATH')])
    expect(state()).toBeUndefined()
  },
  TIME_MS,
)
