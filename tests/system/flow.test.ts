import { beforeAll, describe, expect, test } from 'bun:test'
import { until } from '../support/until.ts'
import { client } from './client.ts'

/** From HTTP to HTTP, through every process, topic and table. */

let system: Awaited<ReturnType<typeof client>>
beforeAll(async () => {
  system = await client()
})

const placed = async (account: string, amount: number): Promise<number> =>
  Number((await system.place(account, amount)).body)

describe('a balance', () => {
  test('shows an acknowledged deposit at once, a hundred times in a row', async () => {
    const account = await system.open()
    for (let paid = 1; paid <= 100; paid += 1) {
      expect((await system.deposit(account, 0.01)).status).toBe(200)
      expect((await system.account(account))['balance']).toBe(paid / 100)
    }
  })
  test('adds up what twenty clients deposit at once, to the kopeck', async () => {
    const account = await system.open()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => system.deposit(account, '0.1')),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect((await system.account(account))['balance']).toBe(2)
  })
  test('counts a deposit once that is retried twenty times at once', async () => {
    const account = await system.open()
    const hash = crypto.randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => system.deposit(account, 5, hash)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19)
    expect((await system.account(account))['balance']).toBe(5)
  })
  test('beyond what a float holds is exact in the answer', async () => {
    const account = await system.open()
    await system.deposit(account, '9999999999999.98')
    await system.deposit(account, '0.01')
    const { url } = system.addresses
    const text = await (await fetch(`${url}/billing-service/account/${account}`)).text()
    expect(text).toContain('"balance":9999999999999.99,')
    expect(await system.deposit(account, '0.01')).toMatchObject({ status: 422 })
  })
})

describe('an order', () => {
  test('placed twenty times at once under one hash is one order', async () => {
    const account = await system.open()
    await system.deposit(account, 100)
    const hash = crypto.randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => system.place(account, 60, hash)),
    )
    const created = answers.filter(({ status }) => status === 201)
    expect(created).toHaveLength(1)
    const orderId = Number(created[0]?.body)
    for (const { status, body } of answers) {
      if (status !== 201) expect(JSON.parse(body)).toMatchObject({ code: 'order_exists', orderId })
    }
    expect(await system.decided(orderId)).toMatchObject({ status: 'COMPLETE' })
    expect((await system.account(account))['balance']).toBe(40)
  })

  test('of forty at once on one account, exactly those are paid that are covered', async () => {
    const account = await system.open()
    await system.deposit(account, 100)
    const ids = await Promise.all(Array.from({ length: 40 }, () => placed(account, 7)))
    const orders = await Promise.all(ids.map((id) => system.decided(id)))
    expect(orders.filter(({ status }) => status === 'COMPLETE')).toHaveLength(14)
    expect(orders.filter(({ reason }) => reason === 'insufficient_funds')).toHaveLength(26)
    expect((await system.account(account))['balance']).toBe(2)
    for (const { orderId: found, status } of orders) {
      const orderId = Number(found)
      const text = await until(async () => (await system.message(orderId))['text'], {
        what: 'the message',
      })
      expect(text).toBe(
        status === 'COMPLETE'
          ? `Заказ ${orderId} оплачен`
          : `Для заказа ${orderId} необходимо пополнить счет`,
      )
    }
  })

  test('that is rejected can be placed again after a deposit, under another hash', async () => {
    const account = await system.open()
    const first = await placed(account, 5)
    expect(await system.decided(first)).toMatchObject({ status: 'FAILED' })
    await system.deposit(account, 5)
    const second = await placed(account, 5)
    expect(await system.decided(second)).toMatchObject({ status: 'COMPLETE' })
    expect(await system.account(account)).toMatchObject({
      balance: 0,
      lastAmount: -5,
      lastOrderId: second,
      lastTransactionState: 'APPROVED',
    })
  })

  test('of an account that is opened later stays refused', async () => {
    const account = `late-${crypto.randomUUID()}`
    const orderId = await placed(account, 5)
    expect(await system.decided(orderId)).toMatchObject({
      status: 'FAILED',
      reason: 'account_not_found',
    })
    const { url } = system.addresses
    expect((await fetch(`${url}/billing-service/account/${account}`)).status).toBe(404)
  })
})

describe('operators', () => {
  test.each(['order', 'billing', 'notification'] as const)(
    'see that %s is alive, ready and measured',
    async (name) => {
      const { opsUrl, url } = system.addresses[name]
      expect((await fetch(`${opsUrl}/live`)).status).toBe(200)
      const ready = (await (await fetch(`${opsUrl}/ready`)).json()) as { checks: object[] }
      expect(ready).toMatchObject({ ready: true })
      expect(ready.checks.length).toBeGreaterThan(3)
      expect(await (await fetch(`${opsUrl}/metrics`)).text()).toContain('http_request_seconds')
      expect((await fetch(`${url}/metrics`)).status).toBe(404)
    },
  )
  test.each(['order', 'billing', 'notification'] as const)(
    'can read how to use %s',
    async (name) => {
      const { url } = system.addresses
      const document = (await (await fetch(`${url}/${name}-service/openapi.json`)).json()) as {
        openapi: string
        paths: object
      }
      expect(document.openapi).toStartWith('3.1')
      expect(
        Object.keys(document.paths).every((path) => path.startsWith(`/${name}-service/`)),
      ).toBe(true)
      const page = await fetch(`${url}/${name}-service/docs`)
      expect([page.status, page.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining('text/html'),
      ])
    },
  )
})
