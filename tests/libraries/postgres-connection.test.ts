import { expect, setDefaultTimeout, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { databaseUrl } from '../support/postgres.ts'
import { backendOf, openPool, outcome } from './sessions.ts'

// The server may have to be started first.
setDefaultTimeout(60_000)

test('a query that cannot be encoded fails alone', async () => {
  const { sql } = await openPool()
  await sql`select 1`

  const before = sql`select pg_sleep(0.1), 'before' as said`
  const invalid = sql`select 'invalid' as said where 1 in ${sql(tooMany)}`
  const after = sql`select 'after' as said`
  const [first, second, third] = await Promise.all(
    [before, invalid, after].map((query, index) => answer(query, `query ${index}`)),
  )

  expect([first, second, third]).toEqual(['before', 'MAX_PARAMETERS_EXCEEDED', 'after'])
  expect(await outcome(sql.end(), 'end()')).toBe('ok')
})

test('queries after one that cannot be encoded get their own answers', async () => {
  const { sql } = await openPool()
  await sql`select 1`

  const queries = [
    sql`select 'invalid' as said where 1 in ${sql(tooMany)}`,
    sql`select 'one' as said`,
    sql`select 'two' as said`,
  ]
  const answers = await Promise.all(queries.map((query, index) => answer(query, `query ${index}`)))

  expect(answers).toEqual(['MAX_PARAMETERS_EXCEEDED', 'one', 'two'])
  await sql.end()
})

test('a drained socket does not hand out the connection of an open transaction', async () => {
  const { hostname, port } = new URL(await databaseUrl())
  let socket: Socket | undefined
  const open = () =>
    new Promise<Socket>((resolve) => {
      const opened = connect(Number(port), hostname, () => resolve(opened))
      socket = opened
    })
  // The types do not know this option.
  const options = { max: 1, socket: open }
  const { sql } = await openPool(options)
  const order: string[] = []

  const outside = await sql.begin(async (inside) => {
    await backendOf(inside)
    socket?.emit('drain')
    const query = backendOf(sql).then(() => order.push('outside'))
    await inside`select pg_sleep(0.1)`
    order.push('transaction')
    return { query }
  })
  await outside.query

  expect(order).toEqual(['transaction', 'outside'])
  await sql.end()
})

test('the builds for Bun, for Node and for workers are patched alike', async () => {
  const root = new URL('../../node_modules/postgres/', import.meta.url)
  for (const file of ['connection.js', 'index.js']) {
    const [src, cjs, cf] = await Promise.all(
      ['src', 'cjs/src', 'cf/src'].map((build) => body(new URL(`${build}/${file}`, root))),
    )
    expect(src).toContain('Patched:')
    expect(cjs).toBe(src)
    expect(cf).toBe(src)
  }
})

/** Without the lines by which the builds differ: what is imported from where. */
const body = async (url: URL): Promise<string> => {
  const text = await Bun.file(url).text()
  const start = text.indexOf('\nfunction ')
  return text.slice(start)
}

/** One more than the protocol can count. */
const tooMany = Array.from({ length: 65_535 }, (_, number) => number)

const answer = async (query: PromiseLike<{ said?: string }[]>, what: string): Promise<string> => {
  let said = 'nothing'
  const read = async () => {
    const [row] = await query
    said = row?.said ?? said
  }
  const how = await outcome(read(), what)
  return how === 'ok' ? said : how
}
