import { expect, setDefaultTimeout, test } from 'bun:test'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { pause } from '../../shared/wait.ts'
import { databaseUrl } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { backendOf, isRunning, openPool, outcome } from './sessions.ts'

// The server may have to be started first.
setDefaultTimeout(60_000)

test('the query after a lost one gets an answer, not the last words of the dead session', async () => {
  const { sql, loseSession } = await openPool()
  const pid = await backendOf(sql)
  const lost = outcome(sql`select pg_sleep(30)`.execute(), 'the lost query')
  await loseSession(pid)

  expect(await lost).toBe('lost')
  expect(await outcome(sql`select 1`, 'the query after it')).toBe('ok')
  await sql.end()
})

test('end() returns after a lost query', async () => {
  const { sql, loseSession } = await openPool()
  const pid = await backendOf(sql)
  const lost = outcome(sql`select pg_sleep(30)`.execute(), 'the lost query')
  await loseSession(pid)
  await lost

  expect(await outcome(sql.end(), 'end()')).toBe('ok')
})

test('end() returns when the query that it waits for is lost', async () => {
  const { sql, loseSession } = await openPool()
  const pid = await backendOf(sql)
  const lost = outcome(sql`select pg_sleep(30)`.execute(), 'the lost query')
  const ended = outcome(sql.end(), 'end()')
  await loseSession(pid)

  expect(await lost).toBe('lost')
  expect(await ended).toBe('ok')
})

test('a query between the failure of a socket and its end is not taken for done', async () => {
  const { hostname, port } = new URL(await databaseUrl())
  const sockets: Socket[] = []
  const open = async () => {
    const socket = connect(Number(port), hostname)
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }
  // The types do not know this option.
  const options = { max: 1, socket: open }
  const { sql } = await openPool(options)

  await sql`select 1`
  const [socket] = sockets
  socket?.emit('error', new Error('failed'))
  const between = outcome(sql`select pg_sleep(30)`.execute(), 'the query in between')
  await pause(5)
  socket?.destroy().emit('close', true)

  expect(await outcome(sql`select 1`, 'the query after it')).toBe('ok')
  expect(await between).toBe('lost')
  await sql.end()
})

test.each([
  ['goes on', () => {}],
  [
    'throws',
    () => {
      throw new Error('not wanted')
    },
  ],
])('a cursor whose session dies while its reader %s is rejected', async (_what, then) => {
  const { sql, loseSession } = await openPool()
  const other = Promise.withResolvers<string>()
  const next = `select pg_sleep(0.2) as "${crypto.randomUUID()}"`
  const query = sql<{ pid: number }[]>`
    select pg_backend_pid() as pid from generate_series(1, 3)
  `
  // oxlint-disable-next-line typescript/no-misused-promises -- the types say void, but it is awaited
  const read = query.cursor(1, async ([row]) => {
    await loseSession(row?.pid ?? 0)
    other.resolve(outcome(sql.unsafe(next).execute(), 'the next query'))
    // From here on the connection is back, and waits for the answer of that one.
    await until(() => isRunning(next), { what: 'the next query to run' })
    then()
  })

  expect(await outcome(read, 'the cursor')).toBe('lost')
  expect(await other.promise).toBe('ok')
  expect(await outcome(backendOf(sql), 'the query after that')).toBe('ok')
  await sql.end()
})

test('listening goes on after its session was lost', async () => {
  const { sql } = await openPool()
  const channel = `news ${crypto.randomUUID()}`
  const heard: string[] = []
  let listens = 0
  const onListening = () => {
    listens += 1
  }
  const { state } = await sql.listen(channel, (text) => heard.push(text), onListening)

  await sql`select pg_terminate_backend(${state.pid})`
  await until(() => listens === 2, { what: 'listening again' })
  await sql.notify(channel, 'hello')

  await until(() => heard.length > 0, { what: 'the notification' })
  expect(heard).toEqual(['hello'])
  await sql.end()
})
