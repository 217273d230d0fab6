import { pause } from '../../../shared/wait.ts'

/** Amounts in minor units, as everywhere. */
export type Acknowledged = {
  accounts: string[]
  deposits: { account: string; amount: bigint; hash: string }[]
  orders: { orderId: number; account: string; amount: bigint; hash: string }[]
  /** Answers that told nothing and had to be asked for again. */
  retries: number
}

export type Load = {
  acknowledged: Acknowledged
  /** Ends the load; resolves when every request that was begun has a definite answer. */
  stop: () => Promise<void>
  /** So many orders beside the load, e.g. while those who take deposits are away. */
  placeOrders: (count: number) => Promise<void>
}

const CLIENTS = 8
const ACCOUNTS = 12
const ATTEMPT_TIMEOUT_MS = 10_000
const GIVE_UP_MS = 120_000

/**
 * Deposits and orders by several clients at once, through whatever happens. A request without a
 * definite answer is repeated under the same hash until there is one, as a careful client does:
 * "done already" is as good as "done". So at the end everything asked for is acknowledged.
 */
export const startLoad = async (url: string): Promise<Load> => {
  const run = crypto.randomUUID().slice(0, 8)
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => `load-${run}-${index}`)
  const acknowledged: Acknowledged = { accounts, deposits: [], orders: [], retries: 0 }
  await Promise.all(accounts.map((account) => create(url, account, acknowledged)))

  const stopping = new AbortController()
  const client = async (name: number): Promise<void> => {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      const account = accounts[(name * 7 + turn * 5) % accounts.length] ?? ''
      const hash = `${run}-${name}-${turn}`
      // Orders are on average larger than deposits, so that about half must be rejected.
      const amount = BigInt(1 + ((name * 31 + turn * 17) % 500))
      if (turn % 2 === 0) await deposit(url, { account, amount, hash }, acknowledged)
      else await order(url, { account, amount: amount + 100n, hash }, acknowledged)
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, name) => client(name))
  return {
    acknowledged,
    stop: async () => {
      stopping.abort()
      await Promise.all(clients)
    },
    placeOrders: async (count) => {
      for (let placed = 0; placed < count; placed += 1) {
        const account = accounts[placed % accounts.length] ?? ''
        const hash = `${run}-extra-${acknowledged.orders.length}`
        await order(url, { account, amount: 100n, hash }, acknowledged)
      }
    },
  }
}

type Wish = { account: string; amount: bigint; hash: string }

const create = (url: string, account: string, acknowledged: Acknowledged) =>
  untilDefinite(
    acknowledged,
    () => send(`${url}/billing-service/account/create`, 'POST', { account }),
    ({ status, body }) => status === 201 || codeOf(body) === 'account_exists',
  )

const deposit = async (url: string, wish: Wish, acknowledged: Acknowledged): Promise<void> => {
  await untilDefinite(
    acknowledged,
    () => send(`${url}/billing-service/account/put`, 'PATCH', bodyOf(wish)),
    ({ status, body }) => status === 200 || codeOf(body) === 'operation_repeated',
  )
  acknowledged.deposits.push(wish)
}

const order = async (url: string, wish: Wish, acknowledged: Acknowledged): Promise<void> => {
  const { status, body } = await untilDefinite(
    acknowledged,
    () => send(`${url}/order-service/order/create`, 'POST', bodyOf(wish)),
    (answer) => answer.status === 201 || codeOf(answer.body) === 'order_exists',
  )
  const orderId = status === 201 ? Number(body) : Number(JSON.parse(body).orderId)
  acknowledged.orders.push({ orderId, ...wish })
}

type Answer = { status: number; body: string }

const untilDefinite = async (
  acknowledged: Acknowledged,
  ask: () => Promise<Answer>,
  isDefinite: (answer: Answer) => boolean,
): Promise<Answer> => {
  const startedAt = performance.now()
  for (;;) {
    const answer = await ask().catch(
      (error: unknown): Answer => ({ status: 0, body: String(error) }),
    )
    if (isDefinite(answer)) return answer
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      throw new Error(`a good request was refused: ${answer.status} ${answer.body}`)
    }
    if (performance.now() - startedAt > GIVE_UP_MS) {
      throw new Error(
        `no definite answer in ${GIVE_UP_MS} ms; the last: ${answer.status} ${answer.body}`,
      )
    }
    acknowledged.retries += 1
    await pause(50)
  }
}

const send = async (url: string, method: string, body: object): Promise<Answer> => {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
  })
  return { status: response.status, body: await response.text() }
}

const bodyOf = ({ account, amount, hash }: Wish) => ({
  account,
  hash,
  amount: `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`,
})

const codeOf = (body: string): unknown => {
  try {
    return (JSON.parse(body) as { code?: unknown }).code
  } catch {
    return undefined
  }
}
