import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { JOBS } from '../../deploy/observability/files.ts'
import { rulesOf } from './monitoring.ts'

/** The operations guide knows every alert, and nothing that is not there. */

const ROOT = join(import.meta.dir, '../..')
const guide = await Bun.file(join(ROOT, 'deploy/OPERATIONS.md')).text()

/** As GitHub makes them from headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-')

const sections = new Map(
  guide
    .split(/^(?=#{1,4} )/m)
    .map((text) => [anchorOf(/^#+ (.*)$/m.exec(text)?.[1] ?? ''), text] as const),
)
const alerts = (
  await Promise.all(JOBS.map(async (job) => (await rulesOf(job)).map((rule) => ({ job, ...rule }))))
).flat()

describe.each(alerts)('$alert of $job', ({ alert, job, annotations, labels }) => {
  test('leads to its runbook, which says where to look, what to do and how to try it', () => {
    expect(annotations.runbook_url).toBe(`deploy/OPERATIONS.md#${alert.toLowerCase()}`)
    const runbook = sections.get(alert.toLowerCase()) ?? ''
    expect(runbook).toMatch(/^- Look: /m)
    expect(runbook).toMatch(/^- Do\b.*: /m)
    expect(runbook).toMatch(/^- Drill: /m)
  })
  test('says whose it is', () => {
    expect(labels.service).toBe(job)
  })
})

describe('the operations guide', () => {
  test('has no runbook for an alert that is not there', () => {
    const known = new Set(alerts.map(({ alert }) => alert.toLowerCase()))
    const runbooks = [...sections].filter(([, text]) => text.includes('- Drill: '))
    expect(runbooks.map(([anchor]) => anchor).filter((anchor) => !known.has(anchor))).toEqual([])
  })
  test('links only to sections and files that exist', async () => {
    const readme = await Bun.file(join(ROOT, 'README.md')).text()
    const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchorOf(text))
    const broken = [...guide.matchAll(/\]\(([^)]+)\)/g)].flatMap(([, target = '']) => {
      const [path = '', anchor] = target.split('#')
      const isThere =
        path === ''
          ? sections.has(anchor ?? '')
          : existsSync(join(ROOT, 'deploy', path)) &&
            (anchor === undefined || headings.includes(anchor))
      return isThere ? [] : [target]
    })
    expect(broken).toEqual([])
  })
  test('names only files that exist', () => {
    const paths = [...guide.matchAll(/\b(?:deploy|tests)\/[\w./-]+\w/g)].map(([path]) => path)
    expect([...new Set(paths)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
  test('names only commands that exist', async () => {
    const { scripts } = (await Bun.file(join(ROOT, 'package.json')).json()) as {
      scripts: Record<string, string>
    }
    const commands = [...guide.matchAll(/bun run ([a-z][a-z:-]*)/g)].map(([, name = '']) => name)
    expect(commands.filter((name) => !(name in scripts))).toEqual([])
  })
})
