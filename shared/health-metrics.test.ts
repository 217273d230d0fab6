import { expect, test } from 'bun:test'
import { Registry } from 'prom-client'
import { openHealth } from './health.ts'
import { exposeHealth } from './health-metrics.ts'

const open = () => {
  const health = openHealth()
  const registry = new Registry()
  exposeHealth(health, registry)
  const samples = async () =>
    (await registry.metrics()).split('\n').filter((line) => /^[a-z]/.test(line))
  return { health, samples }
}

test('readiness and each signal are published as they are at the time of the question', async () => {
  const { health, samples } = open()
  const broker = health.signal('broker')
  expect(await samples()).toEqual([
    'process_ready 0',
    'health_check_up{check="process"} 1',
    'health_check_up{check="broker"} 0',
  ])
  broker.up()
  expect(await samples()).toContain('process_ready 1')
  expect(await samples()).toContain('health_check_up{check="broker"} 1')
})

test('a signal that is forgotten leaves no series behind', async () => {
  const { health, samples } = open()
  health.signal('ledger 3').forget()
  expect(await samples()).toEqual(['process_ready 1', 'health_check_up{check="process"} 1'])
})
