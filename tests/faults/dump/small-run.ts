import { join } from 'node:path'
import type { Operation } from './dump.ts'
import { openLines } from './json-lines.ts'

type Request = { account?: string; amount?: string; hash?: string; orderId?: number }
type Call = { type: Operation['type']; method: string; path: string; request: Request }

/** A client that keeps a history, one operation after the other. */
export const smallRun = async (folder: string, url: string) => {
  const history = openLines(join(folder, 'history.jsonl'))
  let id = 0

  return {
    create: (account: string) =>
      call(
        { type: 'create', method: 'POST', path: '/billing-service/account/create' },
        { account },
      ),
    deposit: (account: string, amount: bigint, hash: string) =>
      call(
        { type: 'deposit', method: 'PATCH', path: '/billing-service/account/put' },
        { account, amount: String(amount), hash },
      ),
    order: async (account: string, amount: bigint, hash: string): Promise<number> => {
      const { orderId } = await call(
        { type: 'order', method: 'POST', path: '/order-service/order/create' },
        { account, amount: String(amount), hash },
      )
      return Number(orderId)
    },
    balance: (account: string) =>
      call(
        { type: 'balance', method: 'GET', path: `/billing-service/account/${account}` },
        { account },
      ),
    status: (orderId: number) =>
      call({ type: 'status', method: 'GET', path: `/order-service/order/${orderId}` }, { orderId }),
    message: (orderId: number) =>
      call(
        { type: 'message', method: 'GET', path: `/notification-service/notification/${orderId}` },
        { orderId },
      ),
    close: history.close,
  }

  async function call(
    { type, method, path }: Omit<Call, 'request'>,
    request: Request,
  ): Promise<Record<string, unknown>> {
    id += 1
    history.write({ id, client: 1, at: id, type, phase: 'invoked', instance: 'only', request })
    const body = { ...request, ...(request.amount && { amount: asDecimal(request.amount) }) }
    const response = await fetch(`${url}${path}`, {
      method,
      ...(method !== 'GET' && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    const answer = answerOf(type, await response.json())
    const phase = response.ok ? 'ok' : 'failed'
    const code = answer['code']
    history.write({ id, at: id, phase, status: response.status, ...(code ? { code } : {}), answer })
    return answer
  }
}

const asDecimal = (minor: string): string => `${minor.slice(0, -2) || '0'}.${minor.slice(-2)}`

/** As histories have it: money as minor units, and the number of a new order under its name. */
const answerOf = (type: Operation['type'], body: unknown): Record<string, unknown> => {
  if (typeof body === 'number') return { orderId: body }
  const fields = Object.entries(body as object).map(([name, value]) => [
    name,
    MONEY.has(name) && value !== null && type !== 'create' ? minorOf(value) : value,
  ])
  return Object.fromEntries(fields)
}

const MONEY = new Set(['balance', 'amount', 'lastAmount'])

const minorOf = (value: unknown): string => {
  const [units = '', fraction = ''] = String(value).split('.')
  return String(BigInt(`${units}${fraction.padEnd(2, '0')}`))
}
