import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Request } from '../../../billing/domain/admission.ts'
import { balanceCodec, TOPICS } from '../../../billing/events.ts'
import { record } from '../../../billing/record.ts'
import { sweeper } from '../../../billing/sweeper.ts'
import type { Outgoing } from '../../../shared/kafka/record.ts'
import { openLog } from '../../../shared/log.ts'
import { pause } from '../../../shared/wait.ts'
import { STORES, type StoreSubject } from './store-subjects.ts'

/**
 * Ids are given in one sequence and committed in another. What the sweeper has passed it never
 * looks at again, so it must not pass what is still on its way.
 */

setDefaultTimeout(60_000)

/** Long enough that a slow Postgres does not make the young one old before it is looked at. */
const AFTER_MS = 1_500

describe.each(STORES)('%s: the sweeper finds', (_name, on) => {
  test('what was committed late, under a lower id', () =>
    on(async ({ billing }) => {
      await Promise.all([open(billing, 'late'), open(billing, 'early')])
      const { sweep, sent } = watched(billing)
      const late = held()
      const admitting = record({ admit: heldUp(billing, late) }, () => {})([deposit('late')])
      await late.reached
      await apply(billing, 'early')
      await pause(AFTER_MS * 2)
      // Often enough to pass everything that it sees.
      for (let round = 0; round < 3; round += 1) await sweep()
      expect(sent()).toEqual([])
      late.go()
      await admitting
      await pause(AFTER_MS * 2)
      await sweep()
      expect(sent()).toEqual(['late'])
    }))

  test('what was accepted later, under a lower id', () =>
    on(async ({ billing }) => {
      await Promise.all([open(billing, 'late'), open(billing, 'early')])
      const { sweep, sent } = watched(billing)
      const early = held()
      const admitting = billing.admit(async (tx) => {
        // The database's clock stands still in a transaction: this is when it is accepted.
        await tx.outcomes([{ account: 'early', sequence: 1 }])
        early.reach()
        await early.gone
        await record({ admit: (work) => work(tx) }, () => {})([deposit('early')])
      })
      await early.reached
      await pause(AFTER_MS)
      await record(billing, () => {})([deposit('late')])
      early.go()
      await admitting
      await applied(billing, 'early')
      // By now the one is old, and the other is not.
      await pause(AFTER_MS / 4)
      for (let round = 0; round < 3; round += 1) await sweep()
      expect(sent()).toEqual([])
      await pause(AFTER_MS * 2)
      await sweep()
      expect(sent()).toEqual(['late'])
    }))
})

type Billing = StoreSubject['billing']

/** Something that waits at a place until it may go on. */
const held = () => {
  const [place, permission] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  return {
    reach: place.resolve,
    reached: place.promise,
    go: permission.resolve,
    gone: permission.promise,
  }
}

/** Admits, but does not commit before it may. */
const heldUp =
  (billing: Billing, at: ReturnType<typeof held>): Billing['admit'] =>
  (work) =>
    billing.admit(async (tx) => {
      const answer = await work(tx)
      at.reach()
      await at.gone
      return answer
    })

/** A sweeper, and the accounts whose transactions it sent again. */
const watched = (billing: Billing) => {
  const sent: string[] = []
  const watching: Billing['sweep'] = (work) =>
    billing.sweep((tx) =>
      work({
        ...tx,
        enqueue: (messages: readonly Outgoing[]) => {
          sent.push(...messages.map(({ key }) => key))
          return tx.enqueue(messages)
        },
      }),
    )
  const sweep = sweeper({
    store: { ...billing, sweep: watching },
    afterMs: AFTER_MS,
    onEnqueued: () => {},
    log: openLog('test', 'fatal'),
  })
  return { sweep, sent: () => sent }
}

const deposit = (account: string): Request => ({
  type: 'deposit',
  account,
  hash: account,
  amount: 5n,
})

const open = (billing: Billing, account: string) => billing.open({ account, currency: 'RUB' })

/** Accepts the account's first deposit, and takes it into its balance. */
const apply = async (billing: Billing, account: string): Promise<void> => {
  await record(billing, () => {})([deposit(account)])
  await applied(billing, account)
}

const applied = (billing: Billing, account: string): Promise<void> => {
  const value = balanceCodec.encode({
    account,
    sequence: 1,
    balance: 5n,
    lastAmount: 5n,
    lastHash: account,
    lastOrderId: null,
    lastTransactionState: 'APPROVED',
    source: 0n,
  })
  const row = { topic: TOPICS.balances, partition: 0, offset: 0n, key: Buffer.from(account) }
  return billing.balances(() => {}).store([{ ...row, value: Buffer.from(value) }], 0, 1n)
}
