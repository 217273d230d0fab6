import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { exchange, type Wire } from './raw.ts'
import { type RunningDemo, runDemo } from './running.ts'
import { get, put } from './table.ts'

/** Clients that dawdle: each is cut off in time, and none keeps the others out. */

let demo: RunningDemo
beforeAll(async () => {
  demo = await runDemo()
})
afterAll(() => demo.stop())

const CUT_OFF_MS = 15_000
const dripping = (text: string): Wire => Array.from(text).flatMap((character) => [character, 3_000])
const [line] = put('{"account":"known","amount":5,"hash":"12345678"}')

const dawdlers: [string, Wire][] = [
  ['T18 a body shorter than announced', [line, '{"acc']],
  ['T19 headers, a byte every 3 s', dripping(get('/account/known'))],
  ['T20 a body, a byte every 3 s', [line, ...dripping(' '.repeat(40))]],
  ['T22 a connection without a request', []],
  ['T22 half a request line', ['GET /acc']],
  ['T27 Expect without a body', [line.replace('\r\n', '\r\nExpect: 100-continue\r\n')]],
]

test(
  'who dawdles is cut off within 15 s',
  async () => {
    const before = demo.calls.length
    const ends = await Promise.all(
      dawdlers.map(async ([name, wire]) => {
        const { responses, end } = await exchange(demo.port, wire, { deadlineMs: CUT_OFF_MS })
        return [name, responses.some(({ status }) => status < 400) ? 'served' : end]
      }),
    )
    expect(ends).toEqual(dawdlers.map(([name]) => [name, 'closed']))
    expect(demo.calls.length).toBe(before)
  },
  CUT_OFF_MS + 5_000,
)

test('T21 500 half-open requests do not keep others waiting', async () => {
  const sockets = await Promise.all(Array.from({ length: 500 }, () => halfOpen(demo.port)))
  const { responses } = await exchange(demo.port, [get('/account/known')], { deadlineMs: 1_000 })
  for (const socket of sockets) socket.destroy()
  expect(responses.map(({ status }) => status)).toEqual([200])
})

const halfOpen = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${line}{"acc`)
      resolve(socket)
    })
    socket.on('error', reject)
  })
