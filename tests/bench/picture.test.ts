import { expect, test } from 'bun:test'
import { panelsOf } from './comparison/panels.ts'
import { type Panel, picture } from './picture.ts'

const LEDGER = panelsOf({ measured: 'billing', baseline: 'streams' }, [
  {
    name: 'outcomes',
    unit: 'per second',
    measured: [3_000],
    baseline: [1_000],
    aim: { bound: 'at least', ratio: 1.5 },
  },
])

test('the picture names what was measured, the figures, and the machine', () => {
  const svg = picture('The ledger', LEDGER, ['a machine with two cores'])
  expect(svg).toStartWith('<svg')
  for (const words of [
    'The ledger',
    'outcomes: 3× (aim: at least 1.5×)',
    '3,000/s',
    'billing',
    'two cores',
  ]) {
    expect(svg).toContain(words)
  }
})

test('a panel has room for as many bars as it has', () => {
  const bar = { name: 'p50', values: [1], label: '1 ms', colour: '#000000' }
  const panel = (count: number): Panel => ({
    title: 't',
    bars: Array.from({ length: count }, () => bar),
  })
  const heightOf = (panels: Panel[]) => Number(/ height="(\d+)"/.exec(picture('', panels, []))?.[1])
  const grown = heightOf([panel(5), panel(2)]) - heightOf([panel(2), panel(2)])
  expect(grown).toBe(heightOf([panel(4)]) - heightOf([panel(1)]))
  expect(grown).toBeGreaterThan(0)
})
