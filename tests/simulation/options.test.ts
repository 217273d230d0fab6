import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { parseOptions } from './options.ts'

test.each([
  [['--seeds', 'many'], "--seeds must be a whole number from 1 to 10000000, not 'many'"],
  [['--seeds', '0'], '--seeds'],
  [['--from', '-1'], '--from'],
  [['--seed', '1e3'], '--seed'],
  [['--rain'], '--rain'],
  [['17'], '17'],
  [['--trace'], '--trace is for one history'],
  [['--seed', '1', '--scenario', 'a.json'], 'only one of them'],
])('%p is refused', (words, why) => {
  const parsed = parseOptions(words)
  expect(parsed.kind === 'wrong' && parsed.why).toContain(why)
})

test('what is not said has a value', () => {
  const parsed = parseOptions(['--workers', '3'])
  expect(parsed).toMatchObject({
    kind: 'run',
    options: { seeds: 2_000, from: 1, operations: 200, workers: 3, seed: undefined },
  })
})

test.each([
  [['--help'], 0, 'bun run simulate [options]'],
  [['--seeds', 'x'], 64, "not 'x'"],
  [['--scenario', 'nowhere.json'], 64, 'nowhere.json'],
  [['--scenario', 'package.json'], 64, 'is no scenario'],
  [['--seed', '17', '--operations', '20'], 0, 'seed 17: 0 violations'],
  [['--seeds', '2', '--operations', '20', '--workers', '1'], 0, '0 failed'],
])('bun run simulate with %p ends with %d', async (words, code, text) => {
  const program = join(import.meta.dir, 'simulate.ts')
  const command = [process.execPath, program, ...words]
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe' })
  const [output, errors] = await Promise.all([child.stdout.text(), child.stderr.text()])
  expect(await child.exited).toBe(code)
  expect(output + errors).toContain(text)
})
