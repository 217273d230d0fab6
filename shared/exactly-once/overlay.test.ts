import { expect, test } from 'bun:test'
import { overlay } from './overlay.ts'

const versions = () => overlay<{ version: number }>(({ version }) => version)

test('a state stays until one at least as new is stored', () => {
  const kept = versions()
  kept.keep(new Map([['a', { version: 3 }]]))
  kept.stored('a', 2)
  expect(kept.of(['a', 'b'])).toEqual(new Map([['a', { version: 3 }]]))
  kept.stored('a', 3)
  expect(kept.size()).toBe(0)
})
test('a row of another process that is newer still lets it go', () => {
  const kept = versions()
  kept.keep(new Map([['a', { version: 3 }]]))
  kept.stored('a', 9)
  expect(kept.size()).toBe(0)
})
test('what is stored of an unknown key changes nothing', () => {
  const kept = versions()
  kept.stored('a', 1)
  expect(kept.size()).toBe(0)
})
