import { withSql } from '../../deploy/local/sql.ts'
import { kafkaClient } from '../../shared/kafka/kafka-client.ts'
import type { Outgoing } from '../../shared/kafka/record.ts'
import { openSender } from '../../shared/kafka/sender.ts'
import { openLog } from '../../shared/log.ts'
import type { Addresses } from '../support/system.ts'
import { until } from '../support/until.ts'

/** The calls of the contract against one system, and what it says afterwards. */
export const shopOf = ({ url }: Pick<Addresses, 'url'>) => {
  const call = async (method: string, path: string, body?: object): Promise<string> => {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text
  }
  const status = async (orderId: number): Promise<string> =>
    (JSON.parse(await call('GET', `/order-service/order/${orderId}`)) as { status: string }).status

  return {
    open: (account: string) => call('POST', '/billing-service/account/create', { account }),
    deposit: (account: string, amount: number, hash: string) =>
      call('PATCH', '/billing-service/account/put', { account, amount, hash }),
    order: async (account: string, amount: number, hash: string): Promise<number> =>
      Number(await call('POST', '/order-service/order/create', { account, amount, hash })),
    balance: async (account: string): Promise<number> =>
      (JSON.parse(await call('GET', `/billing-service/account/${account}`)) as { balance: number })
        .balance,
    status,
    message: async (orderId: number): Promise<string> =>
      (
        JSON.parse(await call('GET', `/notification-service/notification/${orderId}`)) as {
          text: string
        }
      ).text,
    decided: (orderId: number) =>
      until(async () => (await status(orderId)) !== 'PENDING', {
        what: `order ${orderId} to be decided`,
        deadlineMs: 30_000,
      }),
  }
}

export type Shop = ReturnType<typeof shopOf>

/** One statement, as whoever owns the tables. */
export const ask = (url: string, query: string): Promise<Record<string, unknown>[]> =>
  withSql(url, 10_000, async (sql) => [...(await sql.unsafe(query))])

/** Everything that a client was ever told, and what the books say of it, as one text per line. */
export const booksOf = async ({ order, billing, notification }: Addresses): Promise<string[]> => {
  const lines = async (url: string, table: string, columns: string) =>
    (await ask(url, `select ${columns} from ${table} order by 1, 2`)).map(
      (row) => `${table} ${Object.values(row).map(String).join(' ')}`,
    )
  return [
    ...(await lines(order.databaseUrl, 'orders', 'order_id, account, amount, hash, status')),
    ...(await lines(billing.databaseUrl, 'accounts', 'account, last_sequence, deposited')),
    ...(await lines(
      billing.databaseUrl,
      'transactions',
      'account, coalesce(sequence, 0), type, hash, order_id, amount',
    )),
    ...(await lines(billing.databaseUrl, 'balances', 'account, sequence, balance, last_hash')),
    ...(await lines(
      billing.databaseUrl,
      'journal',
      'account, sequence, type, hash, order_id, amount, state, reason, balance',
    )),
    ...(await lines(notification.databaseUrl, 'messages', 'order_id, outcome')),
  ]
}

export type Load = { orders: number[]; stop: () => Promise<void> }

/** Four clients that pay in and order, one request after the other, until they are stopped. */
export const startLoad = (shop: Shop): Load => {
  const run = crypto.randomUUID().slice(0, 8)
  const stopping = new AbortController()
  const orders: number[] = []
  const client = async (name: string): Promise<void> => {
    await shop.open(name)
    for (let turn = 1; !stopping.signal.aborted; turn += 1) {
      await shop.deposit(name, (turn % 7) + 1, `${name}-d${turn}`)
      // Some are more than there is.
      orders.push(await shop.order(name, (turn % 11) + 1, `${name}-o${turn}`))
    }
  }
  const clients = ['a', 'b', 'c', 'd'].map((name) => client(`load-${run}-${name}`))
  return {
    orders,
    stop: async () => {
      stopping.abort()
      await Promise.all(clients)
    },
  }
}

/** Records that somebody writes into the topics of a system. */
export const sendTo = async (
  { brokers }: Pick<Addresses, 'brokers'>,
  ...messages: Outgoing[]
): Promise<void> => {
  const log = openLog('tests', 'silent')
  const sender = openSender(kafkaClient({ clientId: 'tests', brokers: [brokers], log }))
  await sender.send(messages)
  await sender.close()
}
