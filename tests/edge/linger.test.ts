import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { until } from '../support/until.ts'

const LINGER_MS = 1_500

const children: Bun.Subprocess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const start = (lingerMs: number) => {
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dir, 'lingering.ts'), String(lingerMs)],
    { stdout: 'pipe', stderr: 'inherit' },
  )
  children.push(child)
  const lines: Record<string, unknown>[] = []
  const reading = (async () => {
    let rest = ''
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const complete = `${rest}${text}`.split('\n')
      rest = complete.pop() ?? ''
      lines.push(...complete.map((line): Record<string, unknown> => JSON.parse(line)))
    }
  })()
  const urlOf = (name: string) =>
    until(() => lines.find(({ msg }) => msg === `${name} is listening`)?.['url'], {
      what: `${name} to listen`,
    }).then(String)
  return { child, lines, reading, urlOf }
}

test('a process that lingers is unready, and serves until its time is over', async () => {
  const { child, lines, reading, urlOf } = start(LINGER_MS)
  const [api, ops] = [await urlOf('http'), await urlOf('ops')]
  const ready = async () => (await fetch(`${ops}ready`)).status
  await until(async () => (await ready()) === 200, { what: 'the process to be ready' })

  const askedAt = performance.now()
  child.kill('SIGTERM')
  await until(async () => (await ready()) === 503, { what: 'the process to be unready' })
  // Connections of their own: one that is kept alive would outlive a closed door.
  const answer = await fetch(api, { headers: { connection: 'close' } })
  expect(await answer.text()).toBe('served')
  expect(child.exitCode).toBe(null)

  expect(await child.exited).toBe(0)
  expect(performance.now() - askedAt).toBeGreaterThanOrEqual(LINGER_MS)
  await reading
  // Longer than the deadline of the parts: that one begins when the linger is over.
  expect(lines.map(({ msg }) => msg)).not.toContain('stopping took too long')
})

test('one that does not linger ends at once', async () => {
  const { child, urlOf } = start(0)
  await urlOf('http')
  const askedAt = performance.now()
  child.kill('SIGTERM')
  expect(await child.exited).toBe(0)
  expect(performance.now() - askedAt).toBeLessThan(LINGER_MS)
})
