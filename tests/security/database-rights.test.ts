import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type postgres from 'postgres'
import type { ServiceName } from '../../deploy/local/services.ts'
import { sqlState } from '../../shared/database.ts'
import { migratedServer, openAs, type Role } from './service-database.ts'

/** Each role against the tables of its service; what it may do in earnest, `services.test.ts` does. */

const REFUSED = '42501'
const START_MS = 120_000
const sessions = new Map<string, postgres.Sql>()

beforeAll(async () => {
  await migratedServer()
  for (const service of ['order', 'billing', 'notification'] as const) {
    for (const role of ['migrator', 'app', 'auditor'] as const) {
      sessions.set(`${service} ${role}`, await openAs(service, role))
    }
  }
}, START_MS)
afterAll(() => Promise.all([...sessions.values()].map((sql) => sql.end({ timeout: 1 }))))

/** Statements that no transaction takes. */
const OUTSIDE = /^(drop database|alter system)/

/** Tries a statement and takes it back; answers `allowed` or the SQLSTATE of the refusal. */
const attempt = async (service: ServiceName, role: Role, statement: string): Promise<string> => {
  const sql = sessions.get(`${service} ${role}`)
  if (sql === undefined) return 'no session'
  const taken = new Error('taken back')
  try {
    if (OUTSIDE.test(statement)) {
      await sql.unsafe(statement)
      return 'allowed'
    }
    await sql.begin(async (tx) => {
      // The auditor's rights are what is tried here, not the default that spares him mistakes.
      await tx`set transaction read write`
      await tx.unsafe(statement)
      throw taken
    })
    return 'nothing'
  } catch (error) {
    return error === taken ? 'allowed' : (sqlState(error) ?? String(error))
  }
}

describe('a service may not', () => {
  test.each([
    ['order', 'change what was ordered', 'update orders set amount = 1'],
    ['order', 'move an order to another account', "update orders set account = 'mallory'"],
    ['order', 'delete an order', 'delete from orders'],
    ['order', 'change what is on its way', "update outbox set value = '{}'"],
    ['order', 'empty a table', 'truncate orders'],
    ['order', 'own a table of its own', 'create table mine (id int)'],
    ['order', 'change a table', 'alter table orders add column mine int'],
    ['order', 'drop a table', 'drop table orders'],
    ['order', 'drop a constraint', 'alter table orders drop constraint orders_amount'],
    ['order', 'refer to a table', 'create table mine (id bigint references orders (order_id))'],
    [
      'order',
      'hang a trigger on a table',
      'create trigger mine before update on orders for each row execute function suppress_redundant_updates_trigger()',
    ],
    ['order', 'index a table', 'create index mine on orders (account)'],
    ['order', 'make a temporary table', 'create temporary table mine (id int)'],
    ['order', 'make a schema', 'create schema mine'],
    ['order', 'make a function', 'create function mine() returns int language sql return 1'],
    ['order', 'set the numbers back', "select setval('orders_order_id_seq', 1)"],
    ['order', 'forge that it is migrated', 'delete from drizzle.__drizzle_migrations'],
    ['order', 'become the migrator', 'set role order_migrator'],
    ['order', 'make a role', 'create role mine'],
    ['order', 'read a file of the server', "select pg_read_file('/etc/passwd')"],
    ['order', 'run a program on the server', "copy orders to program 'true'"],
    ['order', 'read the passwords', 'select rolpassword from pg_authid'],
    [
      'order',
      'end another’s session',
      'select pg_terminate_backend(pid) from pg_stat_activity where usename = $$postgres$$ limit 1',
    ],
    ['order', 'load code', "load 'mine'"],
    ['order', 'change the server', 'alter system set fsync = off'],
    ['billing', 'rewrite a transaction', 'update transactions set amount = 1'],
    ['billing', 'delete a transaction', 'delete from transactions'],
    ['billing', 'rewrite the journal', "update journal set state = 'APPROVED'"],
    ['billing', 'delete from the journal', 'delete from journal'],
    ['billing', 'delete an account', 'delete from accounts'],
    ['billing', 'change a currency', "update accounts set currency = 'USD'"],
    ['billing', 'give a balance to another account', "update balances set account = 'mallory'"],
    ['billing', 'delete a balance', 'delete from balances'],
    ['billing', 'forget a checkpoint', 'delete from checkpoints'],
    ['notification', 'change a message', "update messages set outcome = 'approved'"],
    ['notification', 'delete a message', 'delete from messages'],
  ] satisfies [ServiceName, string, string][])('%s %s', async (service, _what, statement) => {
    expect(await attempt(service, 'app', statement)).toBe(REFUSED)
  })
})

describe('a service may', () => {
  test.each([
    ['order', 'take an order', "insert into orders (account, amount, hash) values ('a', 1, 'h')"],
    ['order', 'lock orders', 'select from orders for update'],
    [
      'order',
      'decide one',
      "update orders set status = 'COMPLETE', reason = null, decided_at = now()",
    ],
    ['order', 'send it', "insert into outbox (topic, key, value) values ('t', 'k', 'v')"],
    ['order', 'forget what was sent', 'delete from outbox'],
    ['order', 'take the relay’s lock', 'select pg_try_advisory_lock(7316001)'],
    ['order', 'see what is migrated', 'select from drizzle.__drizzle_migrations'],
    ['billing', 'open an account', "insert into accounts (account) values ('a') returning account"],
    ['billing', 'number transactions', 'update accounts set last_sequence = 1, deposited = 1'],
    ['billing', 'move a checkpoint', 'update checkpoints set position = 1'],
    [
      'notification',
      'keep a message',
      "insert into messages (order_id, outcome) values (999999999, 'approved')",
    ],
  ] satisfies [ServiceName, string, string][])('%s %s', async (service, _what, statement) => {
    expect(await attempt(service, 'app', statement)).toBe('allowed')
  })
})

describe('an auditor', () => {
  test.each([
    ['order', 'sees orders', 'select * from orders, outbox'],
    ['billing', 'sees the books', 'select * from accounts, transactions, journal, balances'],
    ['notification', 'sees messages', 'select * from messages'],
    ['billing', 'sees what is migrated', 'select * from drizzle.__drizzle_migrations'],
  ] satisfies [ServiceName, string, string][])('of %s %s', async (service, _what, statement) => {
    expect(await attempt(service, 'auditor', statement)).toBe('allowed')
  })

  test.each([
    ['order', 'takes no orders', "insert into orders (account, amount, hash) values ('a', 1, 'h')"],
    ['order', 'decides none', "update orders set status = 'FAILED'"],
    ['order', 'locks none', 'select from orders for update'],
    ['order', 'loses none on the way', 'delete from outbox'],
    ['billing', 'touches no balance', 'update balances set balance = 0'],
    ['billing', 'makes no table', 'create temporary table mine (id int)'],
    ['billing', 'is not the service', 'set role billing_app'],
  ] satisfies [ServiceName, string, string][])('of %s %s', async (service, _what, statement) => {
    expect(await attempt(service, 'auditor', statement)).toBe(REFUSED)
  })
})

describe('a migrator', () => {
  test.each([
    ['changes tables', 'alter table balances add column mine int', 'allowed'],
    ['empties the cache', 'truncate balances, journal, checkpoints', 'allowed'],
    ['does not drop the database', 'drop database "order"', REFUSED],
    ['makes no role', 'create role mine', REFUSED],
    ['reads no file', "select pg_read_file('/etc/passwd')", REFUSED],
  ] satisfies [string, string, string][])('%s', async (_what, statement, outcome) => {
    expect(await attempt('billing', 'migrator', statement)).toBe(outcome)
  })
})

test.each([
  ['order', 'app'],
  ['order', 'migrator'],
  ['order', 'auditor'],
] satisfies [ServiceName, Role][])(
  'the %s_%s does not get into another service’s database',
  async (service, role) => {
    const sql = await openAs(service, role, 'billing')
    const refusal = await sql`select 1`.then(() => 'let in', sqlState)
    await sql.end({ timeout: 1 })
    expect(refusal).toBe(REFUSED)
  },
)
