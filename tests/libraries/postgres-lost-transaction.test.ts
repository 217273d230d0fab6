import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import postgres from 'postgres'
import { databaseUrl } from '../support/postgres.ts'
import { tearable } from './servers.ts'
import { backendOf, openPool, outcome } from './sessions.ts'

// The server may have to be started first.
setDefaultTimeout(60_000)

test('a session that dies inside a transaction rejects it, and the process lives on', async () => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'lost-transaction.ts')], {
    env: { ...process.env, TEST_POSTGRES_URL: await databaseUrl() },
    stderr: 'pipe',
  })
  const [said, problem, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ])

  expect(problem).toBe('')
  expect(said.trim().split('\n')).toEqual(['lost', 'ok', 'ok'])
  expect(code).toBe(0)
})

test('a transaction whose session died does not go on in the next session', async () => {
  const { sql, loseSession } = await openPool()
  const table = await newTable(sql)
  const late = Promise.withResolvers<string>()

  const transaction = sql.begin(async (dead) => {
    await dead`insert into ${sql(table)} values ('before')`
    await loseSession(await backendOf(dead))
    await sql`select 1`
    late.resolve(await outcome(dead`insert into ${sql(table)} values ('after')`, 'the late insert'))
  })

  expect(await outcome(transaction, 'the transaction')).toBe('lost')
  expect(await late.promise).toBe('lost')
  expect(await rowsOf(sql, table)).toEqual([])
  await sql.end()
})

test('nor inside the transaction of somebody else', async () => {
  const { sql, loseSession } = await openPool()
  const table = await newTable(sql)
  const late = Promise.withResolvers<string>()

  const dead = sql.begin(async (inside) => {
    await loseSession(await backendOf(inside))
    const other = sql.begin(async (next) => {
      late.resolve(
        await outcome(inside`insert into ${sql(table)} values ('dead')`, 'the late insert'),
      )
      await next`insert into ${sql(table)} values ('living')`
    })
    expect(await outcome(other, 'the living transaction')).toBe('ok')
  })

  expect(await outcome(dead, 'the dead transaction')).toBe('lost')
  expect(await late.promise).toBe('lost')
  expect(await rowsOf(sql, table)).toEqual(['living'])
  await sql.end()
})

test('long statements of a dead transaction do not use up the pool', async () => {
  const { sql, loseSession } = await openPool()

  const transaction = sql.begin(async (dead) => {
    await loseSession(await backendOf(dead))
    await dead`select ${'x'.repeat(5_000)}::text`
  })

  expect(await outcome(transaction, 'the transaction')).toBe('lost')
  expect(await outcome(sql`select 1`, 'the query after it')).toBe('ok')
  await sql.end()
})

test('what a lost transaction still had to send is rejected', async () => {
  const { sql, loseSession } = await openPool()
  const waiting = Promise.withResolvers<string>()

  const transaction = sql.begin(async (dead) => {
    const pid = await backendOf(dead)
    const running = dead`select pg_sleep(30)`.execute()
    // The server has to describe its parameter first, which blocks the connection for the next.
    const described = outcome(dead`select ${1}::int`, 'the described query')
    waiting.resolve(outcome(dead`select ${2}::int`, 'the waiting query'))
    await loseSession(pid)
    await Promise.all([running, described])
  })

  expect(await outcome(transaction, 'the transaction')).toBe('lost')
  expect(await waiting.promise).toBe('lost')
  await sql.end()
})

test('after a reset inside a transaction the connection comes back', async () => {
  const { url, close, tear } = await tearable()
  const sql = postgres(url, { max: 1, connect_timeout: 2 })

  const transaction = sql.begin(async (inside) => {
    await inside`select 1`
    const query = inside`select pg_sleep(30)`.execute()
    tear()
    await query
  })

  expect(await outcome(transaction, 'the transaction')).toBe('lost')
  for (const which of ['first', 'second', 'third']) {
    expect(await outcome(sql`select 1`, `the ${which} query after it`)).toBe('ok')
  }
  await sql.end()
  close()
})

test('a reserved session that was lost leaves the pool as it was', async () => {
  const { sql, loseSession } = await openPool()
  const reserved = await sql.reserve()
  await loseSession(await backendOf(reserved))

  expect(await outcome(reserved`select 1`, 'the reserved session')).toBe('lost')
  reserved.release()
  expect(await outcome(sql`select 1`, 'the query after it')).toBe('ok')
  await sql.end()
})

test('a reserved session that was lost does not become the next one', async () => {
  const { sql, loseSession } = await openPool()
  const reserved = await sql.reserve()
  await loseSession(await backendOf(reserved))

  expect(await outcome(sql`select 1`, 'a query that connects again')).toBe('ok')
  expect(await outcome(reserved`select 1`, 'the reserved session')).toBe('lost')
  await sql.end()
})

const newTable = async (sql: postgres.Sql): Promise<string> => {
  const table = `kept_${crypto.randomUUID().replaceAll('-', '')}`
  await sql`create table ${sql(table)} (who text)`
  return table
}

const rowsOf = async (sql: postgres.Sql, table: string): Promise<string[]> => {
  const rows = await sql<{ who: string }[]>`select who from ${sql(table)}`
  return rows.map(({ who }) => who)
}
