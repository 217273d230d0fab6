import { afterAll, beforeAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { type PrivateSystem, privateSystem } from '../support/system.ts'
import { until } from '../support/until.ts'

/** The repair that the README tells operators to make. */

let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem()
})
afterAll(() => system.dispose())

const call = async (method: string, path: string, body?: object) => {
  const response = await fetch(system.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.text() }
}

test('billing rebuilds its tables from the topics before it decides anything', async () => {
  const accounts = Array.from({ length: 20 }, (_, index) => `rebuilt-${index}`)
  for (const account of accounts) {
    await call('POST', '/billing-service/account/create', { account })
    await call('PATCH', '/billing-service/account/put', { account, amount: 10, hash: account })
    await call('POST', '/order-service/order/create', { account, amount: 4, hash: account })
  }
  const read = (account: string) => call('GET', `/billing-service/account/${account}`)
  await Promise.all(accounts.map(read))

  await system.unit('billing').stop()
  const sql = postgres(system.addresses.billing.databaseUrl, { max: 1 })
  await sql`truncate balances, journal, checkpoints`
  await sql.end()
  // Decided on an empty table, this order would be rejected, or set aside behind a gap.
  const order = { account: 'rebuilt-0', amount: 6, hash: 'all-of-it' }
  const orderId = (await call('POST', '/order-service/order/create', order)).body
  await system.unit('billing').start()
  await system.ready('billing')

  for (const account of accounts.slice(1)) {
    const { body } = await read(account)
    expect(JSON.parse(body)).toMatchObject({ balance: 6, lastAmount: -4 })
  }
  const decided = await until(
    async () => {
      const found = JSON.parse((await call('GET', `/order-service/order/${orderId}`)).body)
      return found.status === 'PENDING' ? undefined : found
    },
    { what: 'the order to be decided' },
  )
  expect(decided).toMatchObject({ status: 'COMPLETE' })
  expect(JSON.parse((await read('rebuilt-0')).body)).toMatchObject({ balance: 0, lastAmount: -6 })
}, 60_000)
