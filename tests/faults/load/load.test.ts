import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../support/until.ts'
import { type History, openHistory } from '../history/history.ts'
import { randomOf } from '../plan/random.ts'
import { BITS, bitsAccount } from './account.ts'
import { openClient } from './client.ts'
import type { Edge, Endpoint } from './edge.ts'
import { liveOn } from './habits.ts'
import { startLoad } from './load.ts'

/** The load against services that are not there, but answer. */

type Line = {
  id: number
  phase: string
  type: string
  instance: string
  intent: string
  code?: string
  request: { account?: string; amount?: string; hash?: string }
}

let folder: string
let history: History
let server: Bun.Server<undefined>
let answer: (request: Request) => Response | Promise<Response>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exactly-once-load-'))
  history = openHistory(join(folder, 'history.jsonl'), () => performance.now())
  answer = polite
  server = Bun.serve({ port: 0, fetch: (request) => answer(request) })
})
afterEach(async () => {
  await server.stop(true)
  history.close()
  rmSync(folder, { recursive: true })
})

const polite = ({ method, url }: Request): Response => {
  if (url.endsWith('/order/create')) return new Response('7', { status: 201 })
  return method === 'GET'
    ? Response.json({ balance: 12.34, status: 'FAILED' })
    : Response.json({}, { status: 200 })
}

const endpoints = (): Endpoint[] =>
  (['order', 'billing', 'notification'] as const).flatMap((service) =>
    [1, 2].map((number) => ({
      name: `${service}-${number}`,
      service,
      url: `http://127.0.0.1:${server.port}`,
    })),
  )

const lines = (): Line[] =>
  readFileSync(join(folder, 'history.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
const begun = (): Line[] => lines().filter(({ phase }) => phase === 'invoked')

const run = async (operations: number, clients = 4, where = endpoints()): Promise<void> => {
  const load = await startLoad({
    random: randomOf(1, 'load'),
    endpoints: where,
    history,
    clients,
    perSecond: 100_000,
  })
  const done = () => history.counts().ok + history.counts().failed + history.counts().unknown
  await until(() => done() >= operations, { what: 'the load', deadlineMs: 30_000 })
  await load.stop()
}

describe('the load', () => {
  test('does everything there is to do, with both instances of each service', async () => {
    await run(3_000)
    const types = new Set(begun().map(({ type }) => type))
    expect(types).toEqual(new Set(['create', 'deposit', 'order', 'balance', 'status', 'message']))
    const intents = new Set(begun().map(({ intent }) => intent))
    expect(intents).toEqual(new Set(['new', 'retry', 'reuse', 'boundary', 'abort']))
    expect(new Set(begun().map(({ instance }) => instance)).size).toBe(6)
    const writes = begun().filter(({ type }) => type === 'deposit' || type === 'order')
    const share = (intent: string) =>
      writes.filter((line) => line.intent === intent).length / writes.length
    expect(share('retry')).toBeGreaterThan(0.2)
    expect(share('reuse')).toBeGreaterThan(0.02)
    expect(share('abort')).toBeGreaterThan(0.03)
  }, 60_000)

  test('ends every operation, and every one once', async () => {
    await run(500)
    const ids = (isBegin: boolean) =>
      lines()
        .filter(({ phase }) => (phase === 'invoked') === isBegin)
        .map(({ id }) => id)
        .toSorted((a, b) => a - b)
    expect(ids(false)).toEqual(ids(true))
    expect(new Set(ids(true)).size).toBe(ids(true).length)
  }, 60_000)

  test('means one wish by a hash, unless it says that it uses it again', async () => {
    await run(2_000)
    const wishes = begun().filter(({ request, intent }) => request.hash && intent !== 'reuse')
    const bodies = Map.groupBy(wishes, ({ type, request }) => `${type} ${request.hash}`)
    for (const list of bodies.values()) {
      expect(new Set(list.map(({ request }) => JSON.stringify(request))).size).toBe(1)
    }
  }, 60_000)

  test('moves each power of two once on an account', async () => {
    await run(4_000, 2)
    const moves = begun().filter(({ request }) => request.account?.startsWith('bits-'))
    const wishes = Map.groupBy(
      moves.filter(({ request }) => request.amount),
      ({ request }) => `${request.account} ${request.amount}`,
    )
    expect(wishes.size).toBeGreaterThan(20)
    for (const [name, list] of wishes) {
      expect(new Set(list.map(({ type, request }) => `${type} ${request.hash}`)).size).toBe(1)
      const amount = BigInt(name.split(' ')[1] ?? 0)
      expect(amount & (amount - 1n)).toBe(0n)
    }
  }, 60_000)

  test('asks for the same things in the same sequence when it has the same seed', async () => {
    const asked = async (seed: number): Promise<unknown[]> => {
      const operations: unknown[] = []
      const isOver = () => operations.length >= 500
      const edge: Edge = async (operation) => {
        operations.push(operation)
        return { phase: 'ok', status: 200, answer: { balance: '123', orderId: 7 } }
      }
      const random = randomOf(seed)
      const client = openClient({ name: 1, random, edge, mayGoOn: async () => !isOver() })
      await liveOn(client, random, isOver)
      return operations
    }
    expect(await asked(1)).toEqual(await asked(1))
    expect(JSON.stringify(await asked(1))).not.toBe(JSON.stringify(await asked(2)))
  })

  test('goes to the other instance for a while when nobody is there', async () => {
    const gone = 'http://127.0.0.1:1'
    const where = endpoints().map((endpoint) =>
      endpoint.name.endsWith('-1') ? { ...endpoint, url: gone } : endpoint,
    )
    await run(300, 4, where)
    expect(history.counts().unknown).toBeGreaterThan(0)
    expect(history.counts().unknown).toBeLessThan(100)
  }, 60_000)

  test('takes silence and breakage for what they are: unknown', async () => {
    let turn = 0
    answer = (request) => {
      turn += 1
      if (turn % 7 === 0) return new Response('', { status: 503 })
      return polite(request)
    }
    await run(300)
    expect(history.counts().unknown).toBeGreaterThan(20)
    expect(history.counts().failed).toBe(0)
  }, 60_000)
})

test('the amounts of one account sum up to less than an account may hold', () => {
  const account = bitsAccount('bits-1-1', randomOf(1))
  const amounts: bigint[] = []
  for (let amount = account.amount(); amount !== undefined; amount = account.amount()) {
    amounts.push(amount)
  }
  expect(amounts.length).toBe(BITS)
  expect(new Set(amounts).size).toBe(BITS)
  expect(amounts.reduce((sum, amount) => sum + amount, 0n)).toBeLessThan(999_999_999_999_999n)
})
