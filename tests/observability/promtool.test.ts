import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { JOBS, type Job } from '../../deploy/observability/files.ts'
import { rulesOf } from './monitoring.ts'
import { RULE_CASES, type RuleCase } from './rule-cases.ts'

/** Prometheus' own tool on the rules, where it is installed (Debian: `apt install prometheus`). */

const ROOT = join(import.meta.dir, '../..')
const promtool = Bun.which('promtool')
if (promtool === null) console.log('rules are not run by promtool: there is none on PATH')

const fileOf = (job: Job): string => join(ROOT, `deploy/charts/${job}/files/alerts.yaml`)

const run = (...words: string[]) => {
  const { exitCode, stdout, stderr } = Bun.spawnSync([promtool ?? '', ...words])
  return { exitCode, said: `${stdout.toString()}${stderr.toString()}` }
}

test('every alert has a case', async () => {
  const alerts = (await Promise.all(JOBS.map(rulesOf))).flat().map(({ alert }) => alert)
  const cases = RULE_CASES.map(({ alert }) => alert)
  expect([...new Set(alerts)].toSorted()).toEqual(cases.toSorted())
})

test.skipIf(promtool === null).each([...JOBS])('the rules of %s are taken', (job) => {
  expect(run('check', 'rules', fileOf(job))).toMatchObject({ exitCode: 0 })
})

test.skipIf(promtool === null).each([...RULE_CASES])(
  '$alert fires on its trouble, and not on a calm day',
  async (ruleCase) => {
    const folder = await mkdtemp(join(tmpdir(), 'exactly-once-rules-'))
    try {
      const file = join(folder, 'test.json')
      await Bun.write(file, JSON.stringify(unitTests(ruleCase)))
      const { exitCode, said } = run('test', 'rules', file)
      expect(exitCode === 0 ? '' : said).toBe('')
    } finally {
      await rm(folder, { recursive: true })
    }
  },
)

/** JSON is YAML. The end of a calm day is later than any rule waits. */
const unitTests = ({ alert, job, trouble, calm, notYet, fires }: RuleCase) => ({
  rule_files: [fileOf(job)],
  evaluation_interval: '30s',
  tests: [
    scenario(job, trouble, [
      ...(notYet === undefined ? [] : [firing(alert, notYet, false)]),
      firing(alert, fires, true),
    ]),
    scenario(
      job,
      calm,
      ['2m', '6m', '15m', '30m', '45m'].map((at) => firing(alert, at, false)),
    ),
  ],
})

const scenario = (job: Job, series: Record<string, string>, expectations: object[]) => ({
  interval: '30s',
  input_series: Object.entries(series).map(([selector, values]) => ({
    series: withJob(selector, job),
    values,
  })),
  promql_expr_test: expectations,
})

const withJob = (selector: string, job: Job): string =>
  selector.includes('{')
    ? selector.replace('{', `{job="${job}",`)
    : `${selector}{job="${job}",instance="a"}`

const firing = (alert: string, at: string, isFiring: boolean) => ({
  expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) or vector(0)`,
  eval_time: at,
  exp_samples: [{ labels: '{}', value: isFiring ? 1 : 0 }],
})
