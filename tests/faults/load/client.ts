import { pause } from '../../../shared/wait.ts'
import type { Intent, Operation, Outcome } from '../history/history.ts'
import type { Random } from '../plan/random.ts'
import type { Edge } from './edge.ts'

export type ClientOptions = {
  name: number
  random: Random
  edge: Edge
  /** Resolves when the next operation may be sent; with false when there shall be none. */
  mayGoOn: () => Promise<boolean>
}

/** Something that a client wants once, however often it has to ask. */
export type Wish = { type: 'deposit' | 'order'; account: string; amount: bigint; hash: string }

/** How one customer talks to the services. `undefined` says that the load is over. */
export type Client = {
  send: (
    type: Operation['type'],
    request: Operation['request'],
    intent?: Intent,
  ) => Promise<Outcome | undefined>
  /** Asks for something new, and then again as people do, whether or not there was an answer. */
  insist: (wish: Omit<Wish, 'hash'>, options?: { intent?: Intent; other?: bigint }) => Promise<void>
  /** Opens an account that nobody has; answers its name. */
  open: (kind: string) => Promise<string>
  /** Asks once more for something that was asked for a while ago. */
  recall: () => Promise<unknown>
  /** An order of this client, if it knows of any. */
  orderId: () => number | undefined
}

const RETRIES = 0.3
const RETRIES_AFTER_SILENCE = 0.8
const REUSES = 0.05
const ABORTS = 0.08
const KEPT = 200

export const openClient = ({ name, random, edge, mayGoOn }: ClientOptions): Client => {
  const numbers = { deposit: 0, order: 0, account: 0 }
  const wishes: Wish[] = []
  const orderIds: number[] = []

  return {
    send,
    insist,
    open,
    recall: async () => (wishes.length > 0 ? ask(random.pick(wishes), 'retry') : undefined),
    orderId: () => (orderIds.length > 0 ? random.pick(orderIds) : undefined),
  }

  async function send(
    type: Operation['type'],
    request: Operation['request'],
    intent: Intent = 'new',
  ): Promise<Outcome | undefined> {
    if (!(await mayGoOn())) return undefined
    const patience = intent === 'abort' ? { giveUpMs: random.int(1, 40) } : {}
    const outcome = await edge({ type, client: name, request, intent, ...patience })
    const orderId = outcome.answer?.['orderId']
    if (type === 'order' && typeof orderId === 'number') keep(orderIds, orderId)
    if (outcome.phase === 'unknown' && intent !== 'abort') await pause(random.int(100, 400))
    return outcome
  }

  function ask({ type, account, amount, hash }: Wish, intent: Intent) {
    return send(type, { account, amount: String(amount), hash }, intent)
  }

  async function insist(
    { type, account, amount }: Omit<Wish, 'hash'>,
    options: { intent?: Intent; other?: bigint } = {},
  ): Promise<void> {
    const { intent = random.chance(ABORTS) ? 'abort' : 'new' } = options
    // Deposits and orders count for themselves: the same hash may stand for one of each.
    numbers[type] += 1
    const wish = { type, account, amount, hash: `${name}-${numbers[type]}` }
    keep(wishes, wish)
    const outcome = await ask(wish, intent)
    const again = outcome?.phase === 'unknown' ? RETRIES_AFTER_SILENCE : RETRIES
    for (let times = 1; times <= 3 && random.chance(again ** times); times += 1) {
      await ask(wish, 'retry')
    }
    if (!random.chance(REUSES)) return
    const { other = amount + BigInt(random.int(1, 9)) } = options
    await ask({ ...wish, amount: other }, 'reuse')
  }

  async function open(kind: string): Promise<string> {
    numbers.account += 1
    const account = `${kind}-${name}-${numbers.account}`
    for (let intent: Intent = 'new'; ; intent = 'retry') {
      const outcome = await send('create', { account }, intent)
      if (outcome?.phase !== 'unknown') return account
    }
  }
}

const keep = <T>(list: T[], item: T): void => {
  list.push(item)
  if (list.length > KEPT) list.shift()
}
