import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { withSql } from '../../deploy/local/sql.ts'
import { withDatabases } from '../../deploy/places/sql.ts'
import { verifyAccounts, verifyJournal } from '../../deploy/verify/books.ts'
import { collectFindings } from '../../deploy/verify/findings.ts'
import { verifyOrders, verifyOrigins } from '../../deploy/verify/orders.ts'
import { atOnce } from '../../deploy/verify/pace.ts'
import { migrate } from '../../shared/migrations.ts'
import { fundsOfAccount } from '../bench/accounts.ts'
import { type DatabaseUrls, fill } from '../bench/growth/fill.ts'
import { freshDatabase } from '../support/postgres.ts'

/** What `bench:growth` takes for a system that has worked for long must look like one. */
test.each([
  ['one account with one row', { accounts: 1, rows: 1 }],
  ['each account with its deposit only', { accounts: 7, rows: 7 }],
  ['some accounts with a row more than others', { accounts: 7, rows: 30 }],
])('%s', async (_name, { accounts, rows }) => {
  const urls = {
    order: await migrated('order'),
    billing: await migrated('billing'),
    notification: await migrated('notification'),
  }
  const [earlier] = await ask(urls.order, NEW_ORDER)
  await fill(urls, { accounts, rows, partitions: 1 })

  const payments = rows - accounts
  const { list, checks } = await verified(urls)
  expect(list()).toEqual([])
  expect(checks().filter(({ looked }) => looked > 0)).toEqual(
    [
      { check: 'journal', looked: rows, mismatches: 0 },
      { check: 'accounts', looked: accounts, mismatches: 0 },
      { check: 'orders', looked: payments + 1, mismatches: 0 },
      { check: 'payments', looked: payments, mismatches: 0 },
      { check: 'messages', looked: payments, mismatches: 0 },
    ].filter(({ looked }) => looked > 0),
  )
  const [distinct, ...others] = await ask(urls.billing, 'select distinct balance from balances')
  expect([distinct?.['balance'], ...others]).toEqual([String(fundsOfAccount * 100)])
  const [swept] = await ask(urls.billing, SWEPT)
  expect(swept?.['all']).toBe(true)
  const [next] = await ask(urls.order, NEW_ORDER.replace("'h'", "'next'"))
  expect(Number(next?.['order_id'])).toBe(Number(earlier?.['order_id']) + payments + 1)
})

const NEW_ORDER = `
  insert into orders (account, amount, hash) values ('someone', 1, 'h') returning order_id`
const SWEPT = `select position = (select max(id) from transactions) as all from sweeps`

const migrated = async (service: string): Promise<string> => {
  const url = await freshDatabase()
  await migrate({ url }, join(import.meta.dir, '../..', service, 'migrations'))
  return url
}

const ask = (url: string, statement: string) =>
  withSql(url, 10_000, async (sql) => [...(await sql.unsafe(statement))])

const verified = async ({ order, billing, notification }: DatabaseUrls) => {
  const findings = collectFindings()
  const kafka = { brokers: [] }
  const databases = {
    order: { url: order },
    billing: { url: billing },
    notification: { url: notification },
  }
  await withDatabases({ kafka, databases, partitions: 1 }, 'verify', async (opened) => {
    const audit = { kafka, databases: opened, findings, pace: atOnce(), lateSeconds: 300 }
    for (const check of [verifyJournal, verifyAccounts, verifyOrders, verifyOrigins]) {
      await check(audit)
    }
  })
  return findings
}
