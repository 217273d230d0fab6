import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { until } from '../../support/until.ts'
import { type Client, call, type Server, serve } from './loopback.ts'
import { startPostgresProxy } from './postgres-proxy.ts'
import type { PostgresProxy } from './types.ts'

/** A server that notes what comes and says what it is told to. */
let seen: string
let server: Server
let proxy: PostgresProxy
beforeEach(async () => {
  seen = ''
  server = await serve((bytes) => {
    seen += bytes.toString('latin1')
  })
  proxy = await startPostgresProxy({ upstreamPort: server.port })
})
afterEach(async () => {
  await proxy.close()
  await server.close()
})

const sized = (...parts: (string | Buffer)[]) => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([length, body])
}
const message = (kind: string, ...parts: (string | Buffer)[]) =>
  Buffer.concat([Buffer.from(kind), sized(...parts)])
const code = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const startup = sized(code(196_608), 'user\0o\0database\0order\0application_name\0relay\0\0')
const query = (statement: string) => message('Q', `${statement}\0`)
const parse = (name: string, statement: string) => message('P', `${name}\0${statement}\0`, '\0\0')
const bind = (name: string) => message('B', `\0${name}\0`, '\0\0\0\0\0\0')
const execute = message('E', '\0', code(0))
const sync = message('S')
const complete = (tag: string) => message('C', `${tag}\0`)
const ready = message('Z', 'I')

const connected = async (): Promise<Client> => {
  const client = await call(proxy.port)
  client.socket.write(startup)
  await until(() => server.sockets.length === 1 && seen !== '', { what: 'the session' })
  seen = ''
  return client
}
const say = (...messages: Buffer[]) => server.sockets[0]?.write(Buffer.concat(messages))

/** The three ways to send a statement: at once, prepared now, prepared before. */
const WAYS = {
  'as a simple query': { before: [], now: (statement: string) => [query(statement)] },
  'parsed and executed': {
    before: [],
    now: (statement: string) => [parse('', statement), bind(''), execute, sync],
  },
  'prepared earlier': {
    before: [parse('s7', 'commit'), sync],
    now: () => [bind('s7'), execute, sync],
  },
}

describe.each(Object.entries(WAYS))('a COMMIT sent %s', (_way, { before, now }) => {
  const prepared = async (): Promise<Client> => {
    const client = await connected()
    if (before.length > 0) {
      client.socket.write(Buffer.concat(before))
      await until(() => seen.includes('s7'), { what: 'the statement to be prepared' })
      say(message('1'), ready)
      await until(() => client.received().length > 0, { what: 'the preparation' })
    }
    seen = ''
    return client
  }

  test('is lost before the server sees it', async () => {
    proxy.loseReply('COMMIT', 1, 'request')
    const client = await prepared()
    client.socket.write(Buffer.concat(now('commit')))
    await until(() => client.isClosed(), { what: 'the cut' })
    await until(() => server.sockets[0]?.closed, { what: 'the server to know' })
    expect(seen).not.toContain('Q')
    expect(seen).not.toContain('E\0')
    expect(proxy.losses()).toMatchObject([
      {
        way: 'request',
        outcome: 'unseen',
        call: { statement: 'commit', database: 'order', application: 'relay' },
      },
    ])
  })

  test('is carried out and its reply lost', async () => {
    proxy.loseReply('COMMIT', 1, 'reply')
    const client = await prepared()
    const length = client.received().length
    client.socket.write(Buffer.concat(now('commit')))
    await until(() => seen.length > 0, { what: 'the server to see it' })
    say(complete('COMMIT'), ready)
    await until(() => client.isClosed(), { what: 'the cut' })
    expect(client.received().length).toBe(length)
    expect(proxy.losses()).toMatchObject([{ way: 'reply', outcome: 'done' }])
    expect(proxy.counts()).toMatchObject({ 'COMMIT.reply': 1 })
  })

  test('that rolls back instead is passed on; the next one is lost', async () => {
    proxy.loseReply('COMMIT', 1, 'reply')
    const client = await prepared()
    const length = client.received().length
    client.socket.write(Buffer.concat(now('commit')))
    await until(() => seen.length > 0, { what: 'the server to see it' })
    const answer = Buffer.concat([complete('ROLLBACK'), ready])
    say(answer)
    await until(() => client.received().length === length + answer.length, { what: 'the answer' })
    client.socket.write(Buffer.concat(now('commit')))
    await until(() => seen.match(/commit|s7/g)?.length === 2, { what: 'the second' })
    say(complete('COMMIT'), ready)
    await until(() => client.isClosed(), { what: 'the cut' })
    expect(proxy.losses().length).toBe(1)
  })
})

describe('a reply is lost', () => {
  test('of the COMMIT only, though others are on their way', async () => {
    proxy.loseReply('COMMIT', 1, 'reply')
    const client = await connected()
    const series = [parse('', 'insert'), bind(''), execute, sync, query('commit'), query('select')]
    client.socket.write(Buffer.concat(series))
    await until(() => seen.includes('select'), { what: 'all of them' })
    const first = Buffer.concat([message('1'), message('2'), complete('INSERT 0 1'), ready])
    say(first, complete('COMMIT'), ready, complete('SELECT 1'), ready)
    await until(() => client.isClosed(), { what: 'the cut' })
    expect(client.received().equals(first)).toBe(true)
  })

  test('of none whose series failed before', async () => {
    proxy.loseReply('any', 1, 'reply')
    const client = await connected()
    client.socket.write(Buffer.concat([parse('', 'insert'), bind(''), execute, sync]))
    await until(() => seen.includes('insert'), { what: 'the statement' })
    const refusal = Buffer.concat([message('E', 'C42601\0\0'), ready])
    say(refusal)
    await until(() => client.received().equals(refusal), { what: 'the refusal' })
    client.socket.write(query('select'))
    await until(() => seen.includes('select'), { what: 'the second' })
    say(complete('SELECT 1'), ready)
    await until(() => client.isClosed(), { what: 'the cut' })
    expect(proxy.losses()).toMatchObject([{ call: { statement: 'select' } }])
  })

  test('of a session that asked for encryption first, and was refused', async () => {
    proxy.loseReply('COMMIT', 1, 'reply')
    const client = await call(proxy.port)
    client.socket.write(sized(code(80_877_103)))
    await until(() => seen.length === 8, { what: 'the question' })
    say(Buffer.from('N'))
    await until(() => client.received().toString() === 'N', { what: 'the answer' })
    client.socket.write(startup)
    await until(() => seen.includes('relay'), { what: 'the startup' })
    say(ready)
    await until(() => client.received().length > 1, { what: 'the session' })
    client.socket.write(query('COMMIT'))
    await until(() => seen.includes('COMMIT'), { what: 'the statement' })
    say(complete('COMMIT'), ready)
    await until(() => client.isClosed(), { what: 'the cut' })
  })
})
