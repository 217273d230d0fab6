import type { System } from '../../../deploy/local/system.ts'
import { forEachAtOnce } from '../closed-loop.ts'
import type { Contract } from '../contract.ts'
import { type Orders, openOrders } from '../orders.ts'
import { drain } from '../outcomes.ts'
import { byTheClock } from '../paced.ts'
import { step } from '../step.ts'
import { accountName } from '../workload/transactions.ts'
import type { Options } from './options.ts'
import { treeTime } from './processor-time.ts'
import type { Size } from './sizes.ts'
import { contractOf, type Stand } from './stand.ts'

/** Whose processor time is told apart. */
export const PARTS = ['order', 'billing', 'notification', 'postgres', 'broker'] as const
export type Part = (typeof PARTS)[number]

/** Of one order, from its request until it is decided and told, in µs. */
export type Cost = { wall: number; processor: Record<Part, number> }

/** What one round found out. */
export type Measured = {
  /** As fast as they are decided: so many at a time. */
  atOnce: Cost
  /** By the clock. */
  paced: Cost
  /** A sentence for each thing that went wrong. */
  wrong: string[]
}

const DRAIN_DEADLINE_MS = 300_000

/** Starts a system that rests, measures it and lets it rest again; `check` sees it in between. */
export const measureRound = async (
  stand: Stand,
  options: Options,
  round: number,
  check: (system: System) => Promise<string[]>,
): Promise<Measured> => {
  const { orders: count, connections, rate } = options
  const system = await step('  started', stand.start)
  try {
    const contract = contractOf(system)
    const warmUp = Math.ceil(count / 2)
    const orders = openOrders(contract, accountsOf(stand.size, round, warmUp + 2 * count))
    const atOnce = (some: number) => () =>
      forEachAtOnce(connections, Array.from({ length: some }), () => place(orders))
    const measured = (work: () => Promise<unknown>) => costOf(system, contract, orders, work)

    await step('  warm', () => measured(atOnce(warmUp)))
    const costs = {
      atOnce: await step(`  ${connections} at a time`, () => measured(atOnce(count))),
      paced: await step(`  ${rate} per second`, () =>
        measured(() => byTheClock(rate, count, () => place(orders))),
      ),
    }
    const refused = warmUp + 2 * count - orders.accepted.length
    stand.accepted.push(...orders.accepted)
    return {
      ...costs,
      wrong: [
        ...(refused === 0 ? [] : [`${refused} orders were not accepted`]),
        ...(await check(system)),
      ],
    }
  } finally {
    await system.stop()
  }
}

/** Knuth's multiplicative hashing: a prime that scatters neighbours evenly. */
const SCATTER = 2_654_435_761

/** Other accounts for each order and each round, as far as there are so many, all over the tables. */
export const accountsOf = ({ accounts }: Size, round: number, orders: number): string[] =>
  Array.from({ length: Math.min(accounts, orders) }, (_, index) =>
    accountName(((round * orders + index) * SCATTER) % accounts),
  )

/** What is refused is missing among the accepted, and told in the end. */
const place = async (orders: Orders): Promise<void> => {
  await orders.place().catch(() => undefined)
}

const costOf = async (
  system: System,
  contract: Contract,
  { accepted }: Orders,
  work: () => Promise<unknown>,
): Promise<Cost> => {
  const before = { count: accepted.length, times: timesOf(system), at: performance.now() }
  await work()
  const told = await drain(contract, accepted, DRAIN_DEADLINE_MS)
  if (told === undefined) throw new Error(`orders were not decided in ${DRAIN_DEADLINE_MS} ms`)
  const count = accepted.length - before.count
  const times = timesOf(system)
  const of = (part: Part) => (times[part] - before.times[part]) / count
  return {
    wall: ((performance.now() - before.at) * 1_000) / count,
    processor: eachPart(of),
  }
}

const timesOf = (system: System): Record<Part, number> =>
  eachPart((part) => treeTime(system.unit(part).pid() ?? Number.NaN))

const eachPart = (of: (part: Part) => number): Record<Part, number> => ({
  order: of('order'),
  billing: of('billing'),
  notification: of('notification'),
  postgres: of('postgres'),
  broker: of('broker'),
})
