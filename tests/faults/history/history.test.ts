import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type History, type Operation, openHistory } from './history.ts'

let folder: string
let history: History
let now = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exactly-once-history-'))
  now = 0
  history = openHistory(join(folder, 'history.jsonl'), () => now)
})
afterEach(() => {
  history.close()
  rmSync(folder, { recursive: true })
})

const lines = (): unknown[] =>
  readFileSync(join(folder, 'history.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

const deposit: Operation = {
  type: 'deposit',
  client: 3,
  instance: 'billing-2',
  request: { account: 'hot', amount: '150', hash: '3-1' },
  intent: 'new',
}

test('an operation is written when it begins, and its outcome when it ends', () => {
  now = 1.23456
  const end = history.begin(deposit)
  expect(lines()).toEqual([{ id: 1, at: 1.235, phase: 'invoked', ...deposit }])
  now = 7
  end({ phase: 'ok', status: 200, answer: { amount: '150' } })
  expect(lines().slice(1)).toEqual([
    { id: 1, at: 7, phase: 'ok', status: 200, answer: { amount: '150' } },
  ])
})

test('lines are in the sequence of events, whoever began first', () => {
  const [first, second] = [history.begin(deposit), history.begin({ ...deposit, client: 4 })]
  second({ phase: 'unknown', status: 0, code: 'timeout' })
  first({ phase: 'failed', status: 400, code: 'operation_repeated' })
  expect(lines()).toMatchObject([{ id: 1 }, { id: 2 }, { id: 2 }, { id: 1 }])
})

test('an operation has at most one outcome', () => {
  const end = history.begin(deposit)
  end({ phase: 'unknown', status: 0 })
  expect(() => end({ phase: 'ok', status: 200 })).toThrow('operation 1 ended twice')
  expect(lines().length).toBe(2)
})

test('outcomes are counted: by phase, by code, by intent and by what an order came to', () => {
  history.begin(deposit)({ phase: 'ok', status: 200 })
  history.begin({ ...deposit, intent: 'retry' })({
    phase: 'failed',
    status: 400,
    code: 'operation_repeated',
  })
  history.begin({ ...deposit, type: 'status' })({
    phase: 'ok',
    status: 200,
    answer: { status: 'FAILED' },
  })
  expect(history.counts()).toEqual({
    ok: 2,
    failed: 1,
    unknown: 0,
    byType: {
      'deposit ok': 1,
      'deposit failed': 1,
      'deposit operation_repeated': 1,
      'retry failed': 1,
      'status ok': 1,
      'status FAILED': 1,
    },
  })
})
