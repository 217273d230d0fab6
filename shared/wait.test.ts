import { expect, test } from 'bun:test'
import { backoffMs, bell, DeadlineError, pause, withDeadline } from './wait.ts'

const NEVER = new AbortController().signal
const LONG_MS = 60_000

test('a pause ends when its signal is aborted, before or during it', async () => {
  await pause(LONG_MS, AbortSignal.abort())
  const controller = new AbortController()
  const paused = pause(LONG_MS, controller.signal)
  controller.abort()
  await paused
})

test('a deadline names what was waited for', async () => {
  const late = withDeadline(new Promise(() => {}), 1, 'the tide')
  expect(late).rejects.toThrow(DeadlineError)
  expect(late).rejects.toThrow('waited 1 ms in vain for the tide')
})
test('work that is done in time is unchanged', async () => {
  expect(await withDeadline(Promise.resolve(5), LONG_MS, 'five')).toBe(5)
  expect(withDeadline(Promise.reject(new Error('own')), LONG_MS, 'five')).rejects.toThrow('own')
})

test.each([
  [1, 100],
  [2, 200],
  [4, 800],
  [7, 5_000],
  [1_000, 5_000],
])('after %i failures in a row, wait %i ms', (failures, expected) => {
  expect(backoffMs(failures)).toBe(expected)
})

test('a ring before anyone listens is heard at once', async () => {
  const { ring, heard } = bell()
  ring()
  await heard(LONG_MS, NEVER)
})
test('a ring wakes who listens', async () => {
  const { ring, heard } = bell()
  const listening = heard(LONG_MS, NEVER)
  ring()
  await listening
})
test('one ring is heard once', async () => {
  const { ring, heard } = bell()
  ring()
  await heard(LONG_MS, NEVER)
  const again = heard(LONG_MS, NEVER).then(() => 'heard')
  expect(await Promise.race([again, pause(20).then(() => 'silence')])).toBe('silence')
  ring()
  expect(await again).toBe('heard')
})
