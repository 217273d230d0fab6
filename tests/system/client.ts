import { type Addresses, system } from '../support/system.ts'
import { until } from '../support/until.ts'

type Answer = { status: number; body: string }

/** The calls of the contract, as a client makes them. Amounts are written as the client has them. */
export const client = async () => {
  const addresses: Addresses = await system()
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(addresses.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
    return { status: response.status, body: await response.text() }
  }
  const read = async (path: string): Promise<Record<string, unknown>> =>
    JSON.parse((await call('GET', path)).body) as Record<string, unknown>

  return {
    addresses,
    open: async (): Promise<string> => {
      const account = `system-${crypto.randomUUID()}`
      await call('POST', '/billing-service/account/create', { account })
      return account
    },
    deposit: (account: string, amount: number | string, hash: string = crypto.randomUUID()) =>
      call('PATCH', '/billing-service/account/put', { account, amount, hash }),
    place: (account: string, amount: number | string, hash: string = crypto.randomUUID()) =>
      call('POST', '/order-service/order/create', { account, amount, hash }),
    account: (account: string) => read(`/billing-service/account/${account}`),
    order: (orderId: number) => read(`/order-service/order/${orderId}`),
    message: (orderId: number) => read(`/notification-service/notification/${orderId}`),
    /** The order once it is decided. */
    decided: (orderId: number) =>
      until(
        async () => {
          const order = await read(`/order-service/order/${orderId}`)
          return order['status'] === 'PENDING' ? undefined : order
        },
        { what: `order ${orderId} to be decided` },
      ),
  }
}
