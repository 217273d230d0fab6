import { type Attempt, closedLoop, type Load } from './closed-loop.ts'
import type { Contract } from './contract.ts'
import type { Options } from './options.ts'
import type { Orders } from './orders.ts'
import { drain } from './outcomes.ts'
import { pacedOrders } from './paced.ts'
import { percentilesOf } from './percentiles.ts'
import type { Figures, Measure } from './report.ts'
import { step } from './step.ts'

/** From the quiet to the loud, so that no measurement runs on the backlog of another. */
export const measure = async (
  contract: Contract,
  orders: Orders,
  accounts: string[],
  { connections, rate, seconds, deadlineSeconds }: Options,
): Promise<Pick<Figures, 'measures' | 'drainedMs' | 'decidedPerSecond'>> => {
  const place = placing(orders)
  const read = reading(contract, accounts)
  const drained = () => drain(contract, orders.accepted, deadlineSeconds * 1000)

  await step('warming up', async () => {
    await closedLoop(connections, Math.min(seconds, 10), place)
    await closedLoop(connections, Math.min(seconds, 2), read)
    await drained()
  })
  const paced = await step(`placing ${rate} orders per second for ${seconds * 3} s`, () =>
    pacedOrders(contract, orders, rate, seconds * 3),
  )
  const reads = await step(`reading balances for ${seconds} s`, () =>
    closedLoop(connections, seconds, read),
  )
  const load = await step(`placing as many orders as it takes for ${seconds} s`, () =>
    closedLoop(connections, seconds, place),
  )
  const drainedMs = (await step('waiting for the backlog', drained)) ?? null

  const atRate = {
    perSecond: paced.rate,
    failures: paced.refused === 0 ? {} : { refused: paced.refused },
    cores: paced.cores,
  }
  const measures: Measure[] = [
    { name: `orders accepted, ${connections} connections`, ...summary(load) },
    {
      name: `orders accepted, ${rate} per second`,
      times: percentilesOf(paced.acceptingMs),
      ...atRate,
    },
    {
      name: 'from accepted to visible, at that rate',
      times: percentilesOf(paced.visibleMs),
      ...atRate,
    },
    { name: `balances read, ${connections} connections`, ...summary(reads) },
  ]
  const decidedPerSecond =
    drainedMs === null ? null : (load.timesMs.length * 1000) / (load.elapsedMs + drainedMs)
  return { measures, drainedMs, decidedPerSecond }
}

const placing = (orders: Orders) => async (): Promise<Attempt> => {
  const placed = await orders.place()
  return placed.ok ? 'done' : `${placed.status}`
}

const reading = (contract: Contract, accounts: string[]) => {
  let count = 0
  return async (): Promise<Attempt> => {
    const response = await contract.readAccount(accounts[count++ % accounts.length] ?? '')
    await response.text()
    return response.status === 200 ? 'done' : `${response.status}`
  }
}

const summary = ({ timesMs, elapsedMs, failures, cores }: Load) => ({
  perSecond: (timesMs.length * 1000) / elapsedMs,
  times: percentilesOf(timesMs),
  failures,
  cores,
})
