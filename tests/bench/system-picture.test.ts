import { expect, test } from 'bun:test'
import type { Figures } from './report.ts'
import { systemPicture } from './system-picture.ts'

const FIGURES: Figures = {
  date: '2026-11-29T12:00:00.000Z',
  command: 'bun run bench --out',
  environment: {
    cores: 2,
    processor: 'A processor',
    memoryGb: 16,
    platform: 'linux x64',
    bun: '1.4.5',
    loadAverage: 0.5,
  },
  system: {
    broker: 'Apache Kafka 4.1.1',
    reached: 'each service directly',
    addresses: { order: 'http://o', billing: 'http://b', notification: 'http://n' },
  },
  measures: [
    {
      name: 'orders accepted',
      perSecond: 2_345,
      times: { samples: 9, p50: 10.4, p95: 23, p99: 33, max: 58 },
      failures: {},
      cores: { load: 0.1, machine: 1.8 },
    },
    {
      name: 'balances read',
      perSecond: 0,
      times: undefined,
      failures: { refused: 3 },
      cores: { load: 0, machine: 0 },
    },
  ],
  drainedMs: 74,
  decidedPerSecond: 2_300,
  memory: [
    { service: 'order', first: 70, highest: 125, last: 120 },
    { service: 'billing', first: 120, highest: 161, last: 150 },
  ],
  accepted: 9,
  missing: 0,
  wrong: 0,
  unbalanced: 0,
  uncertain: 0,
}

test('the picture of the whole system has each measure, the memory together, and the machine', () => {
  const svg = systemPicture(FIGURES)
  for (const words of [
    'orders accepted: 2,345 per second',
    '10.4 ms',
    'balances read: 0 per second',
    '286 MB',
    'outcomes missing: 0',
    'A processor',
    'bun run bench --out, 2026-11-29',
  ]) {
    expect(svg).toContain(words)
  }
})

test('where no process is known, there is no memory to show', () => {
  expect(systemPicture({ ...FIGURES, memory: [] })).not.toContain('resident memory')
})
