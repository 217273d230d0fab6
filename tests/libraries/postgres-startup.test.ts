import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { pause } from '../../shared/wait.ts'
import { hangingUp } from './servers.ts'
import { outcome } from './sessions.ts'

test('a server that hangs up during the startup fails the query', async () => {
  const server = await hangingUp()
  const sql = postgres(server.url, { max: 1 })

  expect(await outcome(sql`select 1`, 'the query')).toBe('lost')
  expect(server.calls()).toBe(1)
  expect(await outcome(sql.end(), 'end()')).toBe('ok')
  server.close()
})

test('listening to a server that hangs up is tried ever more rarely', async () => {
  const server = await hangingUp()
  const sql = postgres(server.url, { max: 1 })
  const listens = sql.listen('news', () => {})

  expect(await outcome(listens, 'listen')).toBe('lost')
  // At 15 to 30 ms, 60 to 120, 200 to 390, 600 to 1200; without backing off, a hundred times.
  await pause(1_000)
  expect(server.calls()).toBeLessThan(8)
  await sql.end()
  server.close()
})

test('a session that dies while it is set up fails the query, and nothing else', async () => {
  // After the startup comes the question for the types of arrays, which nobody waits for.
  const server = await hangingUp([LET_IN])
  const sql = postgres(server.url, { max: 1 })

  expect(await outcome(sql`select 1`, 'the query')).toBe('lost')
  expect(await outcome(sql.end(), 'end()')).toBe('ok')
  server.close()
})

test('a password that comes when the server has hung up is written to nobody', async () => {
  const server = await hangingUp([ASK_PASSWORD], { atOnce: true })
  const isClosed = Promise.withResolvers<void>()
  const password = async () => {
    await isClosed.promise
    return 'secret'
  }
  const sql = postgres(server.url, { max: 1, password, onclose: () => isClosed.resolve() })

  expect(await outcome(sql`select 1`, 'the query')).toBe('lost')
  await isClosed.promise
  await pause(5)
  expect(await outcome(sql.end(), 'end()')).toBe('ok')
  server.close()
})

const message = (type: string, ...bytes: number[]): Buffer =>
  Buffer.from([type.charCodeAt(0), 0, 0, 0, 4 + bytes.length, ...bytes])

/** AuthenticationCleartextPassword. */
const ASK_PASSWORD = message('R', 0, 0, 0, 3)

/** AuthenticationOk and ReadyForQuery, idle. */
const LET_IN = Buffer.concat([message('R', 0, 0, 0, 0), message('Z', 'I'.charCodeAt(0))])
