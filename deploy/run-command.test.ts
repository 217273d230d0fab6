import { expect, test } from 'bun:test'
import { runCommandLine, shown } from './run-command.ts'

test('a command gets its input and gives its output', async () => {
  expect(await runCommandLine(['cat'], { input: 'kind: List' })).toBe('kind: List')
})

test('one that fails is named with its code and what it said', () => {
  expect(runCommandLine(['sh', '-c', 'echo no such chart >&2; exit 3'])).rejects.toThrow(
    /ended with 3:\nno such chart/,
  )
})

test('one that does not end is ended', () => {
  expect(runCommandLine(['sleep', '60'], { deadlineMs: 50 })).rejects.toThrow(
    'sleep 60 did not end in 50 ms',
  )
})

test('a command is shown as somebody would type it', () => {
  expect(shown(['kubectl', 'get', 'pods', '-l', 'a in (b,c)'])).toBe(
    "kubectl get pods -l 'a in (b,c)'",
  )
})
