import { expect, test } from 'bun:test'
import { identify, isRunning, signal, startTicks } from './identity.ts'

/** Fields 3 and on of /proc/<pid>/stat; the start is field 22. */
const stat = (name: string, state = 'S', start = '777') =>
  `42 (${name}) ${[state, ...Array.from({ length: 18 }, (_, index) => index), start, '0'].join(' ')}`

test.each([
  ['a plain name', stat('java'), '777'],
  ['a name with spaces and brackets', stat('a) b (c'), '777'],
  ['a zombie has ended', stat('java', 'Z'), undefined],
  ['nothing', '', undefined],
])('the start time: %s', (_name, text, expected) => {
  expect(startTicks(text)).toBe(expected)
})

test('a process is itself', () => {
  const self = identify(process.pid)
  expect(self && isRunning(self)).toBe(true)
})

test('a process that ended is not running, and cannot be signalled', async () => {
  const child = Bun.spawn(['sleep', '60'])
  const identity = identify(child.pid)
  expect(identity && isRunning(identity)).toBe(true)
  child.kill('SIGKILL')
  await child.exited
  expect(identity && isRunning(identity)).toBe(false)
  expect(identity && signal(identity, 'SIGTERM')).toBe(false)
})

test('another process with the same number is a stranger, and is not signalled', () => {
  const stranger = { pid: process.pid, startedAt: 'another time' }
  expect(isRunning(stranger)).toBe(false)
  expect(signal(stranger, 'SIGKILL')).toBe(false)
})
