import { expect, test } from 'bun:test'
import type { Child } from './child.ts'
import { type Launch, unit } from './unit.ts'

/** A process that ends when the test says so. */
const fake = (pid: number) => {
  const ended = Promise.withResolvers<number>()
  const end = (code: number) => async () => ended.resolve(code)
  const child: Child = {
    pid,
    exited: ended.promise,
    stop: end(143),
    kill: end(137),
    signal: () => {},
  }
  const nothing = () => {}
  return {
    running: { child, stop: end(143), kill: end(137), freeze: nothing, wake: nothing },
    crash: end(1),
  }
}

/** Hands out processes 1, 2, 3…; `fail` makes the next launch throw. */
const launcher = () => {
  const launched: ReturnType<typeof fake>[] = []
  let failures = 0
  const launch: Launch = async () => {
    if (failures-- > 0) throw new Error('no memory')
    const next = fake(launched.length + 1)
    launched.push(next)
    return next.running
  }
  return { launched, launch, fail: (times: number) => (failures = times) }
}

const watched = async (launch: Launch) => {
  const said: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const one = unit('part', launch, (text) => {
    said.push(text)
    if (text.startsWith('runs again')) resolve()
  })
  await one.start()
  return { one, said, runsAgain: promise }
}

test('what ends by itself is started again', async () => {
  const { launched, launch } = launcher()
  const { one, said, runsAgain } = await watched(launch)
  expect(one.pid()).toBe(1)
  await launched[0]?.crash()
  await runsAgain
  expect(said).toEqual(['ended with exit code 1; starting it again', 'runs again, as process 2'])
  expect([one.pid(), one.restarts()]).toEqual([2, 1])
  await one.stop()
})

test('a start that fails is repeated, and says why', async () => {
  const { launched, launch, fail } = launcher()
  const { one, said, runsAgain } = await watched(launch)
  fail(2)
  await launched[0]?.crash()
  await runsAgain
  expect(said.filter((text) => text === 'no memory')).toHaveLength(2)
  await one.stop()
})

test.each(['stop', 'kill'] as const)('after %s it rests until it is started', async (end) => {
  const { launched, launch } = launcher()
  const { one, said } = await watched(launch)
  await one[end]()
  expect([one.pid(), launched.length, said]).toEqual([undefined, 1, []])
  await one.start()
  expect([one.pid(), one.restarts()]).toEqual([2, 0])
  await one.stop()
})

test('a stop in the middle of a restart leaves nothing running', async () => {
  const { launched, launch } = launcher()
  const slow = Promise.withResolvers<void>()
  const { one } = await watched(async (signal) => {
    if (launched.length > 0) await slow.promise
    return launch(signal)
  })
  await launched[0]?.crash()
  const stopped = one.stop()
  slow.resolve()
  await stopped
  expect(one.pid()).toBeUndefined()
  expect(await launched[1]?.running.child.exited).toBeOneOf([undefined, 137])
})

test('a first start that fails is the caller’s to handle', async () => {
  const { launch, fail } = launcher()
  fail(1)
  const one = unit('part', launch, () => {})
  expect(String(await one.start().catch((error: unknown) => error))).toContain('no memory')
  expect(one.pid()).toBeUndefined()
})

test('failures are in a row only when none of the processes lived for long', async () => {
  const { launched, launch } = launcher()
  let runs = 0
  const again = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
  const report = (text: string) => {
    if (text.startsWith('runs again')) again[runs++]?.resolve(performance.now())
  }
  const one = unit('part', launch, report, { steadyMs: -1 })
  await one.start()
  for (const index of [0, 1]) {
    const crashedAt = performance.now()
    await launched[index]?.crash()
    expect(Number(await again[index]?.promise) - crashedAt).toBeLessThan(190)
  }
  await one.stop()
})
