import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../support/until.ts'
import { type Control, openControl } from './control.ts'

const ROOT = join(import.meta.dir, '../../..')

let folder: string
let child: Bun.Subprocess
let control: Control
let alive: boolean
let starts = 0
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exactly-once-control-'))
  control = openControl(folder, {
    pid: () => (alive ? child.pid : undefined),
    wake: () => child.kill('SIGCONT'),
  })
  start()
  await until(() => lines().length > 0, { what: 'the program to run' })
})
afterEach(async () => {
  child.kill('SIGKILL')
  await child.exited
  rmSync(folder, { recursive: true })
})

const start = (): void => {
  alive = true
  starts += 1
  child = Bun.spawn(
    [
      process.execPath,
      '--preload',
      join(import.meta.dir, 'preload.ts'),
      join(import.meta.dir, 'stand-in.ts'),
    ],
    {
      env: { ...process.env, FAULTS_CONTROL: folder, FAULTS_SOURCES: ROOT },
      stdout: Bun.file(output()),
      stderr: 'inherit',
    },
  )
  const started = child
  const noteEnd = async () => {
    await started.exited
    if (started === child) alive = false
  }
  void noteEnd()
}

const output = () => join(folder, `output-${starts}`)
const lines = (): Told[] =>
  readFileSync(output(), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
type Told = {
  now: number
  made: number
  parsed: string
  isDate: boolean
  year: number
  steady: number
}

describe('a crash point', () => {
  test('kills at the pass that was asked for, after it was noted', async () => {
    const before = control.passes()['write.open'] ?? 0
    const armed = await control.arm({ point: 'write.open', nth: 20, action: 'kill' })
    expect(await armed.hit(10_000)).toBe(true)
    await child.exited
    expect(child.signalCode).toBe('SIGKILL')
    expect(control.hits()).toEqual({ 'write.open': 1 })
    // Counted at the moment of the hit, not at the last look before it.
    expect(control.passes()['write.open']).toBeGreaterThanOrEqual(before + 20)
    expect(control.passes()['write.open']).toBe(lines().length + 1)
  })

  test('does not kill the process that comes after', async () => {
    const armed = await control.arm({ point: 'write.open', nth: 1, action: 'kill' })
    expect(await armed.hit(10_000)).toBe(true)
    await child.exited
    const before = control.passes()['write.open'] ?? 0
    start()
    await until(() => (control.passes()['write.open'] ?? 0) > before + 20, {
      what: 'the next process to pass it',
    })
    expect(alive).toBe(true)
    expect(control.hits()).toEqual({ 'write.open': 1 })
  })

  test('freezes, and the process goes on when it is woken', async () => {
    const frozenMs = 400
    const armed = await control.arm({ point: 'write.open', nth: 3, action: 'freeze', frozenMs })
    expect(await armed.hit(10_000)).toBe(true)
    const length = lines().length
    await until(() => lines().length > length + 5, { what: 'the process to go on' })
    const pauses = lines().map(
      ({ steady }, index, all) => steady - (all[index - 1]?.steady ?? steady),
    )
    expect(Math.max(...pauses)).toBeGreaterThan(frozenMs - 100)
  })

  test('freezes, and the process that was woken dies at its next pass of another', async () => {
    const crash = { nth: 3, action: 'freeze', frozenMs: 400, diesAt: 'write.open' } as const
    await control.arm({ ...crash, point: 'write.open' })
    await child.exited
    expect(child.signalCode).toBe('SIGKILL')
    expect(control.hits()).toEqual({ 'write.open': 2 })
  })

  test('that is not passed is not hit', async () => {
    const armed = await control.arm({ point: 'relay.sent', nth: 1, action: 'kill' })
    expect(await armed.hit(100)).toBe(false)
    expect(control.hits()).toEqual({})
  })

  test('that was disarmed is not hit', async () => {
    await control.arm({ point: 'write.open', nth: 100, action: 'kill' })
    control.disarm()
    const passed = control.passes()['write.open'] ?? 0
    await until(() => (control.passes()['write.open'] ?? 0) > passed + 200, { what: 'more passes' })
    expect(alive).toBe(true)
  })

  test('is not armed in a process that does not answer', async () => {
    child.kill('SIGKILL')
    await child.exited
    const arming = control.arm({ point: 'write.open', nth: 1, action: 'kill' })
    expect(await arming.catch(({ message }: Error) => message)).toContain('no process to arm')
  })
})

describe('the clock', () => {
  test('of the process is wrong by what was asked for, and its timers are not', async () => {
    const DAY = 86_400_000
    await control.shiftClock(400 * DAY)
    const length = lines().length
    const told = await until(() => lines()[length + 5], { what: 'the time' })
    const expected = Date.now() + 400 * DAY
    for (const time of [told.now, told.made]) expect(Math.abs(time - expected)).toBeLessThan(5_000)
    expect(told.year).toBe(new Date(expected).getFullYear())
    // What is not "now" stays as it is.
    expect(told.parsed).toBe('1970-01-01T00:00:00.000Z')
    expect(told.isDate).toBe(true)
    const steady = lines().map((line) => line.steady)
    expect((steady.at(-1) ?? 0) - (steady[0] ?? 0)).toBeLessThan(60_000)
  })

  test('stays wrong when the process is started again, and can be put right', async () => {
    const HOUR = 3_600_000
    await control.shiftClock(-HOUR)
    child.kill('SIGKILL')
    await child.exited
    start()
    const first = await until(() => lines()[0], { what: 'the first word of the next process' })
    expect(Math.abs(first.now - (Date.now() - HOUR))).toBeLessThan(5_000)
    await control.shiftClock(0)
    const length = lines().length
    const later = await until(() => lines()[length + 5], { what: 'the time' })
    expect(Math.abs(later.now - Date.now())).toBeLessThan(5_000)
  })
})
