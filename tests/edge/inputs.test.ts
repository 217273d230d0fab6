import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bodyRows } from './body-rows.ts'
import { accountRows, amountRows, hashRows } from './field-rows.ts'
import { pathRows } from './path-rows.ts'
import { type RunningDemo, runDemo } from './running.ts'
import { testRows } from './table.ts'
import { targetRows } from './target-rows.ts'
import { transportRows } from './transport-rows.ts'

/** The catalogue of bad inputs, row by row, over raw sockets. */

let demo: RunningDemo
const inherited = Object.getOwnPropertyNames(Object.prototype).toSorted()
beforeAll(async () => {
  demo = await runDemo()
})
afterAll(() => demo.stop())

const target = () => ({
  port: demo.port,
  // The good request after each row reads this account and is not counted.
  handled: () => demo.calls.length,
})

describe('transport', () => testRows(target, [...transportRows, ...targetRows]))
describe('bodies', () => testRows(target, bodyRows))
describe('accounts', () => testRows(target, accountRows))
describe('amounts', () => testRows(target, amountRows))
describe('hashes', () => testRows(target, hashRows))
describe('paths', () => testRows(target, pathRows))

afterAll(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(inherited)
})
test('every row is named', () => {
  const rows = [
    transportRows,
    targetRows,
    bodyRows,
    accountRows,
    amountRows,
    hashRows,
    pathRows,
  ].flat()
  expect(rows.length).toBeGreaterThan(300)
  expect(rows.filter(({ id }) => !/^[TJAMHP]\d/.test(id))).toEqual([])
})
