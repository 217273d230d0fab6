import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Admission, Request } from '../../billing/domain/admission.ts'
import { transactionCodec } from '../../billing/events.ts'
import { postgresStore } from '../../billing/postgres-store.ts'
import { record } from '../../billing/record.ts'
import type { BillingStore } from '../../billing/store.ts'
import type { Database } from '../../shared/database.ts'
import { databaseOf, outboxOf } from './books.ts'

/** Admission on a real Postgres: what the locks and constraints must hold, whoever comes at once. */

let database: Database
let store: BillingStore
let put: ReturnType<typeof record>
let count = 0

beforeAll(async () => {
  ;({ database } = await databaseOf('billing'))
  store = postgresStore(database)
  put = record(store, () => {})
})
afterAll(() => database.close())

/** An account that no other test touches. */
const opened = async (): Promise<string> => {
  count += 1
  const account = `account-${count}`
  expect(await store.open({ account, currency: 'RUB' })).toBe('opened')
  return account
}

const deposit = (account: string, hash: string, amount = 10n): Request => ({
  type: 'deposit',
  account,
  hash: `${account}-${hash}`,
  amount,
})
const payment = (account: string, orderId: number, amount = 10n): Request => ({
  type: 'payment',
  account,
  hash: `order-${orderId}`,
  amount,
  orderId,
})
const typesOf = (admissions: readonly Admission[]): string[] =>
  admissions.map((admission) => (admission.type === 'refused' ? admission.refusal : admission.type))
const sentOf = async (account: string): Promise<string[]> =>
  (await outboxOf(database)).filter(({ key }) => key === account).map(({ value }) => value)

describe('an account', () => {
  test('is opened once, however many ask for it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => store.open({ account: 'wanted', currency: 'RUB' })),
    )
    expect(answers.filter((answer) => answer === 'opened')).toHaveLength(1)
  })
})

describe('the same deposit', () => {
  test('twenty times at once, in twenty batches, is one transaction and one record', async () => {
    const account = await opened()
    const admissions = await Promise.all(
      Array.from({ length: 20 }, () => put([deposit(account, 'same')])),
    )
    expect(typesOf(admissions.flat()).toSorted()).toEqual([
      'accepted',
      ...Array.from({ length: 19 }, () => 'repeated'),
    ])
    expect(await sentOf(account)).toHaveLength(1)
  })
  test('twice in one batch is one transaction', async () => {
    const account = await opened()
    const wish = deposit(account, 'same')
    expect(typesOf(await put([wish, wish]))).toEqual(['accepted', 'repeated'])
    expect(await sentOf(account)).toHaveLength(1)
  })
  test('with another amount is refused and changes nothing', async () => {
    const account = await opened()
    await put([deposit(account, 'same', 10n)])
    expect(typesOf(await put([deposit(account, 'same', 11n)]))).toEqual(['hash_reused'])
    expect(await sentOf(account)).toHaveLength(1)
  })
  test('aimed at two accounts at once reaches one of them', async () => {
    const [one, two] = [await opened(), await opened()]
    const aimed = [one, two].map((account) => ({ ...deposit(account, ''), hash: `shared-${one}` }))
    const answers = await Promise.all(aimed.map((wish) => put([wish])))
    expect(typesOf(answers.flat()).toSorted()).toEqual(['accepted', 'hash_reused'])
    expect([...(await sentOf(one)), ...(await sentOf(two))]).toHaveLength(1)
  })
})

describe('numbers', () => {
  test('have no gap and no repeat under concurrent batches, and leave in sequence', async () => {
    const account = await opened()
    const other = await opened()
    const batches = Array.from({ length: 30 }, (_, batch) =>
      Array.from({ length: 10 }, (_unused, index) =>
        index % 3 === 2
          ? deposit(other, `${batch}-${index}`)
          : index % 2 === 0
            ? deposit(account, `${batch}-${index}`)
            : payment(account, 1_000_000 + batch * 10 + index),
      ),
    )
    await Promise.all(batches.map((batch) => put(batch)))
    for (const key of [account, other]) {
      const sequences = (await sentOf(key)).map((value) => {
        const decoded = transactionCodec.decode(Buffer.from(value))
        return decoded.ok ? decoded.value.sequence : -1
      })
      expect(sequences.length).toBeGreaterThan(80)
      expect(sequences).toEqual(sequences.map((_, index) => index + 1))
    }
  })
  test('are not used up by what is refused', async () => {
    const account = await opened()
    await put([deposit(account, 'a')])
    await put([deposit(account, 'a', 11n), deposit(account, 'a'), deposit('nobody', 'x')])
    const [admission] = await put([deposit(account, 'b')])
    expect(admission).toMatchObject({ type: 'accepted', stored: { sequence: 2 } })
  })
  test('a batch that fails leaves nothing behind', async () => {
    const account = await opened()
    const tooMuch = 2n ** 63n
    expect(put([deposit(account, 'a'), payment(account, 2_000_000, tooMuch)])).rejects.toThrow()
    expect(await sentOf(account)).toEqual([])
    const [admission] = await put([deposit(account, 'a')])
    expect(admission).toMatchObject({ type: 'accepted', stored: { sequence: 1 } })
  })
})

describe('an order of an unknown account', () => {
  test('is rejected, and stays so when the account is opened and the order comes again', async () => {
    const order = payment('unknown-yet', 3_000_000)
    expect(typesOf(await put([order]))).toEqual(['unpayable'])
    await store.open({ account: 'unknown-yet', currency: 'RUB' })
    expect(typesOf(await put([order]))).toEqual(['repeated'])
    const outcomes = (await sentOf('unknown-yet')).map((value) => JSON.parse(value))
    expect(outcomes).toMatchObject([
      { outcome: 'rejected', orderId: 3_000_000, reason: 'account_not_found' },
      { outcome: 'rejected', orderId: 3_000_000, reason: 'account_not_found' },
    ])
    const [admission] = await put([payment('unknown-yet', 3_000_001)])
    expect(admission).toMatchObject({ type: 'accepted', stored: { sequence: 1 } })
  })
  test('racing with its account being opened gets one fate', async () => {
    for (let round = 0; round < 20; round += 1) {
      const account = `racing-${round}`
      const order = payment(account, 4_000_000 + round)
      await Promise.all([put([order]), store.open({ account, currency: 'RUB' }), put([order])])
      const rows = await database.sql`
        select sequence from transactions where order_id = ${4_000_000 + round}`
      expect(rows).toHaveLength(1)
    }
  })
})

describe('an order delivered again', () => {
  test('is answered from the journal once it is decided, and not before', async () => {
    const account = await opened()
    const order = payment(account, 5_000_000)
    await put([order])
    await put([order])
    expect(await sentOf(account)).toHaveLength(1)
    await database.sql`
      insert into journal (account, sequence, type, hash, order_id, amount, state, reason, balance)
      values (${account}, 1, 'payment', 'h', 5000000, 10, 'REJECTED', 'insufficient_funds', 0)`
    await put([order])
    const [, again] = await sentOf(account)
    expect(JSON.parse(again ?? '{}')).toMatchObject({
      outcome: 'rejected',
      orderId: 5_000_000,
      amount: '10',
      reason: 'insufficient_funds',
    })
  })
  test('under another account is set aside', async () => {
    const [one, two] = [await opened(), await opened()]
    await put([payment(one, 6_000_000)])
    expect(typesOf(await put([payment(two, 6_000_000)]))).toEqual(['hash_reused'])
    expect(await sentOf(two)).toEqual([])
  })
})
