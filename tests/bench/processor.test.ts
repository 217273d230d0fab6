import { expect, test } from 'bun:test'
import { watchProcessor } from './processor.ts'

test('a loop that spins keeps about one core busy, and the machine at least so much', () => {
  const busy = watchProcessor()
  const end = performance.now() + 300
  while (performance.now() < end);
  const { load, machine } = busy()
  expect(load).toBeGreaterThan(0.2)
  expect(load).toBeLessThan(1.5)
  // The kernel counts the machine in steps of 10 ms.
  expect(machine).toBeGreaterThan(load - 0.2)
})
