import { expect, test } from 'bun:test'
import { watchProcessor } from './processor.ts'

const SPUN_MS = 300

test('a loop that spins is seen as long as it had a core, and the machine at least so much', () => {
  const busy = watchProcessor()
  const start = performance.now()
  const before = process.cpuUsage()
  // Not so many ms on the clock: others may have the cores meanwhile.
  while (spunMs(before) < SPUN_MS);
  const { load, machine } = busy()
  expect(load).toBeCloseTo(SPUN_MS / (performance.now() - start), 1)
  // The kernel counts the machine in steps of 10 ms.
  expect(machine).toBeGreaterThan(load - 0.2)
})

const spunMs = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
