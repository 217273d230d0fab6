import { formatMoney } from '../../../shared/money.ts'
import type { History, Operation, Outcome } from '../history/history.ts'
import { outcomeOf } from './answer.ts'

/** Where an instance is reached, without the prefix of its service. */
export type Endpoint = { name: string; service: 'order' | 'billing' | 'notification'; url: string }

/** Sends one operation and notes both ends of it. Never throws. */
export type Edge = (
  operation: Omit<Operation, 'instance'> & { giveUpMs?: number },
) => Promise<Outcome>

/** Longer than a service waits for anything, shorter than a fault may last. */
const GIVE_UP_MS = 6_000

/** Nobody asks again at once where nobody was. */
const AVOIDED_MS = 1_000

/**
 * One client's way to the services: each operation goes to the other instance of its service, but
 * not to one that has just refused to be talked to at all, unless the other one did so as well.
 */
export const openEdge = (endpoints: readonly Endpoint[], history: History): Edge => {
  const refusedAt = new Map<string, number>()
  let turn = 0
  const isAvoided = ({ name }: Endpoint) =>
    performance.now() - (refusedAt.get(name) ?? Number.NEGATIVE_INFINITY) < AVOIDED_MS
  const next = (service: Endpoint['service']): Endpoint => {
    const all = endpoints.filter((endpoint) => endpoint.service === service)
    const open = all.filter((endpoint) => !isAvoided(endpoint))
    const choice = open.length > 0 ? open : all
    turn += 1
    const endpoint = choice[turn % choice.length]
    if (endpoint === undefined) throw new Error(`there is no ${service}`)
    return endpoint
  }

  return async ({ giveUpMs = GIVE_UP_MS, ...operation }) => {
    const { name, url } = next(SERVICE_OF[operation.type])
    const end = history.begin({ ...operation, instance: name })
    const outcome = await ask(url, operation, giveUpMs)
    end(outcome)
    if (outcome.code === 'ECONNREFUSED') refusedAt.set(name, performance.now())
    return outcome
  }
}

const SERVICE_OF = {
  create: 'billing',
  deposit: 'billing',
  balance: 'billing',
  order: 'order',
  status: 'order',
  message: 'notification',
} as const

const ask = async (
  url: string,
  { type, request }: Pick<Operation, 'type' | 'request'>,
  giveUpMs: number,
): Promise<Outcome> => {
  const { path, method, body } = callOf(type, request)
  try {
    const response = await fetch(url + path, {
      method,
      ...(body && { body, headers: { 'content-type': 'application/json' } }),
      // On a connection that it reuses, the client may repeat a request behind our back.
      keepalive: false,
      signal: AbortSignal.timeout(giveUpMs),
    })
    return outcomeOf(type, response.status, await response.text())
  } catch (error) {
    return { phase: 'unknown', status: 0, code: nameOf(error) }
  }
}

type Call = { method: string; path: string; body?: string }

const callOf = (
  type: Operation['type'],
  { account, amount, hash, orderId }: Operation['request'],
) => {
  const money = amount === undefined ? undefined : formatMoney(BigInt(amount))
  switch (type) {
    case 'create':
      return post('POST', '/billing-service/account/create', { account })
    case 'deposit':
      return post('PATCH', '/billing-service/account/put', { account, amount: money, hash })
    case 'order':
      return post('POST', '/order-service/order/create', { account, amount: money, hash })
    case 'balance':
      return { method: 'GET', path: `/billing-service/account/${account}` }
    case 'status':
      return { method: 'GET', path: `/order-service/order/${orderId}` }
    case 'message':
      return { method: 'GET', path: `/notification-service/notification/${orderId}` }
    default:
      return type satisfies never
  }
}

const post = (method: string, path: string, body: object): Call => ({
  method,
  path,
  body: JSON.stringify(body),
})

const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
