import { expect, test } from 'bun:test'
import { findSystem, startedSystem } from './system.ts'

const part = (name: string, pid: number, port: number) => ({
  name,
  kind: 'service' as const,
  pid,
  address: `http://127.0.0.1:${port}`,
})
const state = {
  phase: 'ready' as const,
  parts: [part('order', 11, 8081), part('billing', 12, 8082), part('notification', 13, 8083)],
}

test('what was started is asked directly, and its processes are known', () => {
  expect(startedSystem(state, { broker: 'given' })).toMatchObject({
    addresses: {
      order: 'http://127.0.0.1:8081',
      billing: 'http://127.0.0.1:8082',
      notification: 'http://127.0.0.1:8083',
    },
    reached: 'each service directly',
    broker: 'the broker given in KAFKA_BROKERS',
    pids: { order: 11, billing: 12, notification: 13 },
  })
})

test.each([
  ['is not ready', { ...state, phase: 'starting' as const }],
  ['lacks a service', { ...state, parts: state.parts.slice(1) }],
  ['left no note', undefined],
])('a system that %s is not asked directly', (_name, unusable) => {
  expect(startedSystem(unusable, undefined)).toBeUndefined()
})

test('an address that is given wins, and stands for all services', () => {
  expect(findSystem('http://gateway:8080/', '.local')).toMatchObject({
    addresses: {
      order: 'http://gateway:8080',
      billing: 'http://gateway:8080',
      notification: 'http://gateway:8080',
    },
    reached: 'one gateway',
    pids: {},
  })
})
