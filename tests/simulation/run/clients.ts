import type { Operation } from '../../faults/dump/dump.ts'
import { count, type Environment } from './environment.ts'
import type { Answer, History } from './history.ts'
import type { Instance } from './instance.ts'
import { type Asked, perform, serviceOf } from './requests.ts'
import type { Amount, PlannedOperation } from './scenario.ts'

const TIMEOUT_MS = 5_000
const ATTEMPTS = 3
/** The reply to a client gets lost: it notices at once. */
const REPLY_LOST = 0.01
/** How often a client does not care to ask again. */
const INDIFFERENT = 0.3

/** The clients: they know what they asked for, and of their orders what they were told. */
export class Clients {
  private readonly environment: Environment
  private readonly instances: readonly Instance[]
  private readonly history: History
  private readonly wishes: Asked[] = []
  private readonly orderIds: number[] = []
  private hashes = 0
  private waiting = 0

  constructor(environment: Environment, instances: readonly Instance[], history: History) {
    this.environment = environment
    this.instances = instances
    this.history = history
  }

  /** Asks what was planned, and again when the outcome is unknown and the client is stubborn. */
  carryOut(planned: PlannedOperation): void {
    const asked = this.askedFor(planned)
    if (asked !== undefined) this.attempt(planned.client, planned.instance, asked, 1)
  }

  /** Whether nobody waits for an answer, or will ask again. */
  areDone(): boolean {
    return this.waiting === 0
  }

  private askedFor({ account, wish }: PlannedOperation): Asked | undefined {
    switch (wish.type) {
      case 'create':
      case 'balance':
        return { type: wish.type, request: { account } }
      case 'deposit':
        return this.remembered('deposit', account, BigInt(wish.amount))
      case 'order':
        return this.remembered('order', account, this.amountOf(wish.amount, account))
      case 'retry':
        return nth(this.wishes, wish.earlier)
      case 'reuse': {
        const before = nth(this.wishes, wish.earlier)
        const amount = BigInt(wish.amount)
        return before && { ...before, request: { ...before.request, amount } }
      }
      case 'status':
      case 'message': {
        const orderId = nth(this.orderIds, wish.earlier)
        return orderId === undefined ? undefined : { type: wish.type, request: { orderId } }
      }
      default:
        throw new Error(`no wish ${String(wish satisfies never)}`)
    }
  }

  private remembered(type: 'deposit' | 'order', account: string, amount: bigint): Asked {
    this.hashes += 1
    const asked: Asked = { type, request: { account, amount, hash: `hash-${this.hashes}` } }
    this.wishes.push(asked)
    return asked
  }

  private amountOf(amount: Amount, account: string): bigint {
    if (typeof amount === 'number') return BigInt(amount)
    const row = this.environment.stores.billing.balances.rows.get(account)
    const wanted = (row?.balance ?? 0n) + BigInt(amount.beyondBalance)
    return wanted > 0n ? wanted : 1n
  }

  private attempt(client: number, which: 0 | 1, asked: Asked, nthAttempt: number): void {
    const { world } = this.environment
    const service = serviceOf(asked)
    const instance = this.instances.filter((each) => each.service === service)[which] as Instance
    const operation = this.history.invoke({ client, instance: instance.name, ...asked })
    const done = (answer: Answer): void => {
      // Who has given up does not listen any more.
      if (operation.completed !== Number.POSITIVE_INFINITY) return
      this.waiting -= 1
      this.history.complete(operation, answer)
      this.afterwards(operation, which, asked, nthAttempt)
    }
    this.waiting += 1
    this.send(instance, asked, done)
    world.after(TIMEOUT_MS, world.outside, () => done(NO_ANSWER))
  }

  private send(instance: Instance, asked: Asked, done: (answer: Answer) => void): void {
    const { world } = this.environment
    const { random } = world
    const [process, api] = [instance.process(), instance.api()]
    const answered = (answer: Answer): void =>
      void world.after(0.2 + random.next(), world.outside, () => done(answer))
    if (process === undefined || api === undefined) return answered(NO_ANSWER)
    const ask = async (): Promise<void> => {
      const answer = await perform(api, asked)
      answered(random.chance(REPLY_LOST) ? NO_ANSWER : answer)
    }
    world.after(0.2 + random.next(), process, () => void ask())
  }

  private afterwards(operation: Operation, which: 0 | 1, asked: Asked, nthAttempt: number): void {
    const { world } = this.environment
    const { client, outcome, type, code, answer } = operation
    count(this.environment, `${type} ${code ?? outcome}`)
    world.trace?.(`client ${client}: ${type} ${asked.request.hash ?? ''} ${code ?? outcome}`)
    if (type === 'order' && isNumbered(answer)) this.orderIds.push(answer.orderId)
    const isWrite = type === 'create' || type === 'deposit' || type === 'order'
    if (outcome !== 'unknown' || !isWrite || nthAttempt >= ATTEMPTS) return
    if (world.random.chance(INDIFFERENT)) return
    this.waiting += 1
    world.after(world.random.exponential(300), world.outside, () => {
      this.waiting -= 1
      this.attempt(client, which === 0 ? 1 : 0, asked, nthAttempt + 1)
    })
  }
}

const NO_ANSWER: Answer = { status: 0 }

const nth = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length]

const isNumbered = (answer: unknown): answer is { orderId: number } =>
  typeof answer === 'object' && answer !== null && 'orderId' in answer
