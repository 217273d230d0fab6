/** Where each service answers; three times the same address behind a gateway. */
export type Addresses = { order: string; billing: string; notification: string }

/** The calls of the contract, as far as they are measured. Every call has a deadline. */
export type Contract = ReturnType<typeof openContract>

export const openContract = ({ order, billing, notification }: Addresses) => ({
  createAccount: (account: string): Promise<Response> =>
    write('POST', `${billing}/billing-service/account/create`, { account }),

  deposit: (account: string, amount: string, hash: string): Promise<Response> =>
    write('PATCH', `${billing}/billing-service/account/put`, { account, amount, hash }),

  readAccount: (account: string): Promise<Response> =>
    read(`${billing}/billing-service/account/${account}`),

  placeOrder: (account: string, amount: string, hash: string): Promise<Response> =>
    write('POST', `${order}/order-service/order/create`, { account, amount, hash }),

  readOrder: (orderId: string): Promise<Response> =>
    read(`${order}/order-service/order/${orderId}`),

  readNotification: (orderId: string): Promise<Response> =>
    read(`${notification}/notification-service/notification/${orderId}`),
})

/** Far above anything that is measured: only so that a lost answer cannot hold up the run. */
const timeoutMs = 15_000

const read = (url: string): Promise<Response> =>
  fetch(url, { signal: AbortSignal.timeout(timeoutMs) })

const write = (method: string, url: string, body: Record<string, string>): Promise<Response> =>
  fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  })
