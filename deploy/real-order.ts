import { pause } from '../shared/wait.ts'
import type { Answer, Ask } from './ask.ts'

export type RealOrder = {
  /** Where the services are, without their prefixes. */
  origins: { order: string; billing: string; notification: string }
  ask: Ask
  /** A name that was never used. */
  account: string
  /** For everything together. */
  deadlineMs: number
  /** Told after each step that went well, with what it took. */
  onStep: (step: { what: string; ms: number }) => void
}

const POLL_MS = 100

/**
 * Money in, one order that it covers and one that it does not, and everything that must follow
 * from them. Throws with a sentence about the first thing that is not as the contract says.
 */
export const placeRealOrder = async (options: RealOrder): Promise<void> => {
  const { origins, account } = options
  const { answered, holds } = steps(options)
  const billing = `${origins.billing}/billing-service/account`
  const orders = `${origins.order}/order-service/order`
  const messages = `${origins.notification}/notification-service/notification`

  await answered(`opened account ${account}`, 201, 'POST', `${billing}/create`, { account })
  const deposit = { account, amount: '10.00', hash: `${account}-deposit` }
  await answered('deposited 10.00', 200, 'PATCH', `${billing}/put`, deposit)
  const place = async (amount: string): Promise<number> => {
    const order = { account, amount, hash: `${account}-${amount}` }
    const { body } = await answered(`ordered ${amount}`, 201, 'POST', `${orders}/create`, order)
    if (!/^\d+$/.test(body)) throw new Error(`an order was answered without its number: ${body}`)
    return Number(body)
  }
  const covered = await place('4.00')
  const beyond = await place('100.00')

  await holds(`order ${covered} is COMPLETE`, `${orders}/${covered}`, { status: 'COMPLETE' })
  await holds(`order ${beyond} is FAILED`, `${orders}/${beyond}`, { status: 'FAILED' })
  const paid = `Заказ ${covered} оплачен`
  const topUp = `Для заказа ${beyond} необходимо пополнить счет`
  await holds(`message “${paid}”`, `${messages}/${covered}`, { text: paid })
  await holds(`message “${topUp}”`, `${messages}/${beyond}`, { text: topUp })
  await holds('the balance is 6', `${billing}/${account}`, { balance: 6 })
}

const steps = ({ ask, deadlineMs, onStep }: RealOrder) => {
  const deadline = performance.now() + deadlineMs

  /** Asks until the answer is right, or until it cannot become so, or there is no time left. */
  const step = async (
    what: string,
    call: () => Promise<Answer>,
    judge: (answer: Answer) => 'right' | 'wrong' | 'not yet',
  ): Promise<Answer> => {
    const startedAt = performance.now()
    for (;;) {
      const answer = await call().catch((error: unknown) => String(error))
      const verdict = typeof answer === 'string' ? 'not yet' : judge(answer)
      if (typeof answer !== 'string' && verdict === 'right') {
        onStep({ what, ms: Math.round(performance.now() - startedAt) })
        return answer
      }
      if (verdict === 'wrong' || performance.now() > deadline) {
        throw new Error(`not seen: ${what}; last answer: ${shown(answer)}`)
      }
      await pause(POLL_MS)
    }
  }

  return {
    /** A service may still be on its way up; any answer of its own is final. */
    answered: (what: string, status: number, method: string, url: string, body: object) =>
      step(
        what,
        () => ask(method, url, body),
        (answer) => {
          if (answer.status === status) return 'right'
          return answer.status >= 502 && answer.status <= 504 ? 'not yet' : 'wrong'
        },
      ),
    /** What follows from an order becomes true a little later. */
    holds: (what: string, url: string, expected: Record<string, unknown>) =>
      step(
        what,
        () => ask('GET', url),
        (answer) => (has(answer, expected) ? 'right' : 'not yet'),
      ),
  }
}

const has = ({ status, body }: Answer, expected: Record<string, unknown>): boolean => {
  const found = Object(status === 200 ? parsed(body) : undefined)
  return Object.entries(expected).every(([name, value]) => found[name] === value)
}

/** What stands between us and a service may answer with a page of its own. */
const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const shown = (answer: Answer | string): string =>
  typeof answer === 'string' ? answer : `${answer.status} ${answer.body.slice(0, 300)}`
