import { expect, test } from 'bun:test'
import { parsePeak, parseResident, watchMemory } from './memory.ts'

test.each([
  ['a process', 'VmHWM:\t  200000 kB\nVmRSS:\t  100000 kB\nRssAnon:\t 1 kB\n', 102.4, 204.8],
  ['a kernel thread, which has none', 'Name:\tkthreadd\n', undefined, undefined],
  ['a process that is gone', '', undefined, undefined],
])('the resident memory of %s, and its peak', (_name, status, resident, peak) => {
  expect(parseResident(status)).toBe(resident)
  expect(parsePeak(status)).toBe(peak)
})

test('the first, the highest and the last are kept', async () => {
  const sizes = [100, 90]
  const watch = watchMemory({ order: 1, gone: 2 }, async (pid) =>
    pid === 1 ? sizes.shift() : undefined,
  )
  expect(await watch.stop()).toEqual([{ service: 'order', first: 100, highest: 100, last: 90 }])
})
