import { expect, test } from 'bun:test'
import { parseTime, treeTime } from './processor-time.ts'

test('own time and that of ended children is summed, whatever the process is called', () => {
  const stat = '7 (a) (b c) S 1 7 7 0 -1 4194560 9 9 9 9 100 20 3 4 20 0 1 0 555'
  expect(parseTime(stat)).toBe(1_270_000)
})

test('a child counts while it runs and when it has ended', async () => {
  const spin = 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done'
  const child = Bun.spawn(['sh', '-c', `(${spin}; echo busy; read line); echo ended; read line`], {
    stdin: 'pipe',
    stdout: 'pipe',
  })
  try {
    const output = child.stdout.getReader()
    await output.read()
    const running = treeTime(child.pid)
    expect(running).toBeGreaterThan(0)
    await child.stdin.write('\n')
    await child.stdin.flush()
    await output.read()
    expect(treeTime(child.pid)).toBeGreaterThanOrEqual(running)
  } finally {
    child.kill()
    await child.exited
  }
})

test('of a process that is not there nothing is known', () => {
  expect(treeTime(2 ** 30)).toBeNaN()
})
