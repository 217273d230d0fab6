import { statSync } from 'node:fs'
import { join } from 'node:path'
import type * as Points from '../../../shared/crash-point.ts'
import { shiftableClock } from './clock.ts'
import {
  type Arm,
  appendNote,
  type Deed,
  type Orders,
  ordersFile,
  readOrders,
  writePasses,
} from './orders.ts'

/**
 * Loaded before a service (`bun --preload`): lets the cluster that started it shift its clock, and
 * end or freeze it at a named crash point. The rest of the process is the real service.
 */
const given = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not given`)
  return value
}
/** Where orders come from. */
const folder = given('FAULTS_CONTROL')
/** Where the service's code is. */
const sources = given('FAULTS_SOURCES')

const LOOK_MS = 50
const LOOKS_PER_COUNT = 5

const clock = shiftableClock()
const passes: Record<string, number> = {}
const armed = new Map<number, Arm & { passed: number }>()
const done = new Set<number>()
/** The last that was carried out, which may have left something to do. */
let doomed: Arm | undefined
let version = ''
let offsetMs = 0
let counted = 0
let looks = 0

look()
// The service's copy of the module, which is not ours when it runs from other sources.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same file of the same project
const { onCrashPoint } = (await import(join(sources, 'shared/crash-point.ts'))) as typeof Points
onCrashPoint(pass)
setInterval(look, LOOK_MS).unref()

/** Follows the orders. Costs one `stat` while nothing changes. */
function look(): void {
  const current = versionOf(ordersFile(folder))
  if (current !== version) {
    version = current
    obey(readOrders(folder))
  }
  looks += 1
  if (looks % LOOKS_PER_COUNT === 0) count()
}

function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? '' : `${found.ino}/${found.mtimeMs}`
}

function obey(orders: Orders): void {
  if (orders.clockOffsetMs !== offsetMs) {
    offsetMs = orders.clockOffsetMs
    clock.shift(offsetMs)
    note({ event: 'clock', offsetMs })
  }
  const wanted = new Set(orders.arms.map(({ id }) => id))
  for (const id of armed.keys()) if (!wanted.has(id)) armed.delete(id)
  for (const arm of orders.arms) {
    if (arm.pid !== process.pid || armed.has(arm.id) || done.has(arm.id)) continue
    armed.set(arm.id, { ...arm, passed: 0 })
    note({ event: 'armed', id: arm.id })
  }
}

function pass(point: Points.CrashPoint, topic: string | undefined): void {
  passes[point] = (passes[point] ?? 0) + 1
  if (doomed?.diesAt === point && isMeant(doomed, topic))
    strike({ ...doomed, point, nth: 1, action: 'kill' })
  for (const arm of armed.values()) {
    if (arm.point !== point || !isMeant(arm, topic)) continue
    arm.passed += 1
    if (arm.passed === arm.nth) carryOut(arm)
  }
}

function isMeant(arm: Arm, topic: string | undefined): boolean {
  return arm.topic === undefined || arm.topic === topic
}

function carryOut(arm: Arm): void {
  armed.delete(arm.id)
  done.add(arm.id)
  doomed = arm
  strike(arm)
}

function strike({ id, point, nth, action }: Arm): void {
  note({ event: 'hit', id, point, nth, action })
  count()
  process.kill(process.pid, action === 'kill' ? 'SIGKILL' : 'SIGSTOP')
}

function note(deed: Deed): void {
  appendNote(folder, { ...deed, at: clock.trueNow(), pid: process.pid })
}

/** Writes the counts down when they changed. */
function count(): void {
  const sum = Object.values(passes).reduce((total, each) => total + each, 0)
  if (sum === counted) return
  counted = sum
  writePasses(folder, process.pid, passes)
}
