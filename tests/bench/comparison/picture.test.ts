import { expect, test } from 'bun:test'
import { picture } from './picture.ts'

test('the picture names what was measured, the figures, and the machine', () => {
  const svg = picture(
    'The ledger',
    { measured: 'billing', baseline: 'streams' },
    [
      {
        name: 'outcomes',
        unit: 'per second',
        measured: [3_000],
        baseline: [1_000],
        aim: { bound: 'at least', ratio: 1.5 },
      },
    ],
    ['a machine with two cores'],
  )
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
