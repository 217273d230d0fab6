import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { pause } from '../../shared/wait.ts'
import { type PrivateSystem, privateSystem } from '../support/system.ts'
import { until } from '../support/until.ts'
import { check } from './check.ts'
import { collect } from './collect.ts'
import { type Load, startLoad } from './load.ts'
import { secondBilling } from './second-billing.ts'
import { isSettled, placesOf } from './settled.ts'

/** What a process, the broker or the database may do in the middle of everything. */

const PARTITIONS = 4
/** The session of a group member, a rebalance, and the open transaction of the sleeper. */
const TAKEOVER_MS = 60_000

let system: PrivateSystem
beforeEach(async () => {
  system = await privateSystem()
})
afterEach(() => system.dispose())

describe('under load, nothing acknowledged is lost and nothing is doubled when', () => {
  test.each(['billing', 'order', 'notification', 'broker', 'postgres'] as const)(
    '%s is killed, twice',
    async (victim) => {
      await survives(async () => {
        for (let kill = 0; kill < 2; kill += 1) {
          await pause(1_500)
          await system.unit(victim).kill()
          await pause(500)
          await system.unit(victim).start()
        }
      })
    },
  )

  test('everything is killed at once', async () => {
    await survives(async () => {
      const all = ['order', 'billing', 'notification', 'broker', 'postgres'] as const
      await Promise.all(all.map((victim) => system.unit(victim).kill()))
      await Promise.all(all.map((victim) => system.unit(victim).start()))
    })
  })

  test('an owner falls asleep, another takes over, and it wakes up again', async () => {
    await survives(async (load) => {
      const second = await secondBilling(system.addresses)
      try {
        await second.ready()
        system.unit('billing').freeze()
        const before = await decisions()
        // Deposits wait for the sleeper; orders go past it.
        await load.placeOrders(40)
        await until(async () => (await decisions()) >= before + 40, {
          what: 'the second owner to decide for the first',
          deadlineMs: TAKEOVER_MS,
        })
      } finally {
        system.unit('billing').wake()
        await system.ready('billing')
        await second.stop()
      }
    })
  })
})

/** Runs a load while something happens, waits until all is settled, and checks what is there. */
const survives = async (disturb: (load: Load) => Promise<void>): Promise<void> => {
  const load = await startLoad(system.url)
  try {
    await pause(1_000)
    await disturb(load)
    for (const name of ['order', 'billing', 'notification'] as const) await system.ready(name)
    await pause(1_000)
  } finally {
    await load.stop()
  }
  const { acknowledged } = load
  await until(async () => isSettled(acknowledged, await collect(addresses())), {
    what: 'every outcome to arrive',
    deadlineMs: 90_000,
  })
  expect(check(acknowledged, await collect(addresses()))).toEqual([])
  // A load that was never in the way of anything proves nothing.
  expect(acknowledged.orders.length).toBeGreaterThan(50)
  expect(acknowledged.deposits.length).toBeGreaterThan(50)
}

const addresses = () => placesOf(system.addresses, PARTITIONS)

const decisions = async (): Promise<number> =>
  (await collect(addresses())).topics.processedTransaction.length
