import { afterEach, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CRASH_POINTS, crashPoint, onCrashPoint } from './crash-point.ts'

const ROOT = join(import.meta.dir, '..')

afterEach(() => onCrashPoint(undefined))

test('a crash point does nothing unless a test puts something in its place', () => {
  expect(crashPoint('relay.sent')).toBeUndefined()
  const passed: string[] = []
  onCrashPoint((name, topic) => passed.push(`${name} ${topic}`))
  crashPoint('relay.sent')
  crashPoint('projection.read', 'table')
  expect(passed).toEqual(['relay.sent undefined', 'projection.read table'])
})

test('each name is a place in the code', () => {
  const passed = ['order', 'billing', 'notification', 'shared']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
    )
    .flatMap((source) =>
      [...source.matchAll(/crashPoint\('([^']+)'[,)]/g)].map(([, name = '']) => name),
    )
  expect(new Set(passed)).toEqual(new Set<string>(CRASH_POINTS))
})
