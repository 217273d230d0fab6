import { expect, test } from 'bun:test'
import { originConflict } from './origin.ts'

const kafka = { broker: 'kafka', database: 'embedded' } as const
const given = { broker: 'given', database: 'given' } as const

test.each([
  ['a first start', undefined, kafka, false],
  ['the same again', kafka, kafka, false],
  ['another broker under the same database', kafka, { ...kafka, broker: 'redpanda' }, true],
  ['a given broker over data of our own', kafka, { ...kafka, broker: 'given' }, true],
  ['a given database over data of our own', kafka, { ...kafka, database: 'given' }, true],
  ['all given before: nothing is kept here', given, kafka, false],
] as const)('%s', (_name, earlier, now, conflict) => {
  expect(originConflict(earlier, now) !== undefined).toBe(conflict)
})
