import { type Addresses, type PrivateSystem } from '../support/system.ts'
import { until } from '../support/until.ts'

/** The calls of the contract against one system, and what it says afterwards. */
export const shopOf = ({ url }: Pick<PrivateSystem, 'url'>) => {
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

/** Everything that a client was ever told, and what the books say of it, as one text per line. */
export const booksOf = async (
  { order, billing, notification }: Addresses,
  ask: (url: string, query: string) => Promise<Record<string, unknown>[]>,
): Promise<string[]> => {
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
