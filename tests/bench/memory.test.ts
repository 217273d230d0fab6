import { expect, test } from 'bun:test'
import { parseResident, watchMemory } from './memory.ts'

test.each([
  ['a process', 'VmHWM:\t  200000 kB\nVmRSS:\t  100000 kB\nRssAnon:\t 1 kB\n', 102.4],
  ['a kernel thread, which has none', 'Name:\tkthreadd\n', undefined],
  ['a process that is gone', '', undefined],
])('the resident memory of %s', (_name, status, expected) => {
  expect(parseResident(status)).toBe(expected)
})

test('the first, the highest and the last are kept', async () => {
  const sizes = [100, 90]
  const watch = watchMemory({ order: 1, gone: 2 }, async (pid) =>
    pid === 1 ? sizes.shift() : undefined,
  )
  expect(await watch.stop()).toEqual([{ service: 'order', first: 100, highest: 100, last: 90 }])
})
