import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { balanceStore, findAccount, loadAccounts } from '../../billing/balances.ts'
import { decide, evolve, openAccount, type Transaction } from '../../billing/domain/account.ts'
import { TOPICS, transactionCodec } from '../../billing/events.ts'
import { journalStore } from '../../billing/journal.ts'
import { postgresStore } from '../../billing/postgres-store.ts'
import { record } from '../../billing/record.ts'
import { sweeper } from '../../billing/sweeper.ts'
import { ledgerTopology } from '../../billing/topology.ts'
import type { Database } from '../../shared/database.ts'
import { HaltError } from '../../shared/exactly-once/halt.ts'
import { fold } from '../../shared/exactly-once/topology.ts'
import type { Incoming, Outgoing } from '../../shared/kafka/record.ts'
import { openLog } from '../../shared/log.ts'
import { databaseOf, outboxOf } from './books.ts'

/** From the outbox through the fold into Postgres, without a broker between. */

let database: Database
beforeEach(async () => {
  ;({ database } = await databaseOf('billing'))
  await postgresStore(database).open({ account: 'ada', currency: 'RUB' })
})
afterEach(() => database.close())

const incoming = (topic: string, list: readonly Outgoing[]): Incoming[] =>
  list
    .filter((each) => each.topic === topic)
    .map(({ key, value }, index) => ({
      topic,
      partition: 0,
      offset: BigInt(index),
      key: Buffer.from(key),
      value: Buffer.from(value),
    }))

/** A hundred deposits and payments, requested, repeated and interleaved. */
const traffic = async (): Promise<Outgoing[]> => {
  const put = record(postgresStore(database), () => {})
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const deposit = { type: 'deposit', account: 'ada', hash: `d${index}`, amount: 10n } as const
      const order = { account: 'ada', hash: `o${index}`, amount: 15n, orderId: index + 1 }
      await put([deposit, deposit])
      await put([{ type: 'payment', ...order }])
      await put([{ type: 'payment', ...order }])
    }),
  )
  return outboxOf(database)
}

const foldAll = (sent: readonly Outgoing[]) =>
  fold(ledgerTopology, new Map(), incoming(TOPICS.transactions, sent))

const expectedOf = (sent: readonly Outgoing[]) =>
  incoming(TOPICS.transactions, sent)
    .map(({ value }) => transactionCodec.decode(value))
    .map((decoded) => (decoded.ok ? decoded.value : undefined) as Transaction)
    .reduce((state, transaction) => {
      const decision = decide(state, transaction)
      return decision.type === 'repeated' || decision.type === 'gap'
        ? state
        : evolve(state, decision)
    }, openAccount('ada'))

describe('what is folded and projected', () => {
  test('is what the pure decisions say, each order answered once', async () => {
    const sent = await traffic()
    const { outgoing, counts } = foldAll(sent)
    expect(counts).toEqual({ decided: 100, repeated: 0, dead: 0 })
    await balanceStore(database, () => {}).store(incoming(TOPICS.balances, outgoing), 0, 100n)
    await journalStore(database).store(incoming(TOPICS.journal, outgoing), 0, 100n)

    const expected = expectedOf(sent)
    expect((await loadAccounts(database)(['ada'])).get('ada')).toEqual(expected)
    expect(await findAccount(database)('ada')).toMatchObject({
      balance: expected.balance,
      sequence: 100,
      lastSequence: 100,
    })
    const outcomes = outgoing.filter(({ topic }) => topic.endsWith('OrderTransaction'))
    expect(new Set(outcomes.map(({ value }) => JSON.parse(value).orderId)).size).toBe(50)
    expect(outcomes).toHaveLength(50)
    const [lines] = await database.sql<[{ count: bigint; last: bigint }]>`
      select count(*), (array_agg(balance order by sequence desc))[1] as last from journal`
    expect(lines).toEqual({ count: 100n, last: expected.balance })
  })

  test('is the same when everything is sent twice and stored twice', async () => {
    const sent = await traffic()
    const { outgoing, counts } = foldAll([...sent, ...sent])
    expect(counts).toEqual({ decided: 100, repeated: 100, dead: 0 })
    const rows = incoming(TOPICS.balances, outgoing)
    const lines = incoming(TOPICS.journal, outgoing)
    for (const next of [100n, 100n]) {
      await balanceStore(database, () => {}).store(rows, 0, next)
      await journalStore(database).store(lines, 0, next)
    }
    expect((await loadAccounts(database)(['ada'])).get('ada')).toEqual(expectedOf(sent))
    const [counted] = await database.sql<[{ count: bigint }]>`select count(*) from journal`
    expect(counted.count).toBe(100n)
  })

  test('never goes back: an older row or checkpoint that comes late changes nothing', async () => {
    await database.sql`update accounts set last_sequence = 2`
    const store = balanceStore(database, () => {})
    const rows = [1, 2].map((sequence) => balanceRow('ada', sequence))
    await store.store(rows.slice(1), 0, 2n)
    await store.store(rows.slice(0, 1), 0, 1n)
    expect((await loadAccounts(database)(['ada'])).get('ada')?.sequence).toBe(2)
    expect(await store.checkpoint(0)).toBe(2n)
    expect(await store.checkpoint(1)).toBe(0n)
  })

  test('refuses a balance with a number that was never given: an older backup was restored', async () => {
    await database.sql`update accounts set last_sequence = 4`
    const { store } = balanceStore(database, () => {})
    await store([balanceRow('ada', 4)], 0, 1n)
    expect(store([balanceRow('ada', 5)], 0, 2n)).rejects.toThrow('database_behind_log')
    expect(store([balanceRow('bob', 1)], 0, 2n)).rejects.toThrow(HaltError)
    expect((await loadAccounts(database)(['ada'])).get('ada')?.sequence).toBe(4)
  })

  test('refuses a row that only a stranger can have written', async () => {
    const stranger = { ...balanceRow('ada', 1), value: Buffer.from('{}') }
    expect(balanceStore(database, () => {}).store([stranger], 0, 1n)).rejects.toThrow('bankBalance')
    expect((await loadAccounts(database)(['ada'])).size).toBe(0)
  })
})

describe('the sweeper', () => {
  const log = openLog('test', 'fatal')
  const sweep = () =>
    sweeper({ store: postgresStore(database), afterMs: 0, onEnqueued: () => {}, log })

  test('sends again what was accepted and not applied, in sequence, and nothing else', async () => {
    const sent = await traffic()
    const { outgoing } = foldAll(sent.slice(0, 70))
    await balanceStore(database, () => {}).store(incoming(TOPICS.balances, outgoing), 0, 70n)
    await database.sql`delete from outbox`
    await sweep()()
    const again = await outboxOf(database)
    expect(again).toEqual(sent.slice(70))
  })
  test('does not send again what did not help a moment ago', async () => {
    await traffic()
    await database.sql`delete from outbox`
    const impatient = sweeper({
      store: postgresStore(database),
      afterMs: 1,
      onEnqueued: () => {},
      log,
    })
    await database.sql`update transactions set created_at = now() - interval '1 minute'`
    await impatient()
    const first = (await outboxOf(database)).length
    expect(first).toBe(100)
    const patient = sweeper({
      store: postgresStore(database),
      afterMs: 30_000,
      onEnqueued: () => {},
      log,
    })
    await patient()
    await patient()
    expect(await outboxOf(database)).toHaveLength(first * 2)
  })
  test('sends a whole lost log again in one go, in sequence', async () => {
    await accept(2_500)
    await sweep()()
    const again = incoming(TOPICS.transactions, await outboxOf(database)).map(({ value }) =>
      transactionCodec.decode(value),
    )
    expect(again.map((each) => each.ok && each.value.sequence)).toEqual(
      Array.from({ length: 2_500 }, (_, index) => index + 1),
    )
  })
  test('adds nothing to an outbox that is full already', async () => {
    await accept(1)
    await database.sql`
      insert into outbox (topic, key, value) select 't', 'k', 'v' from generate_series(1, 10000)`
    await sweep()()
    expect(await outboxOf(database)).toHaveLength(10_000)
    await database.sql`delete from outbox where id = (select min(id) from outbox)`
    await sweep()()
    expect(await outboxOf(database)).toHaveLength(10_000)
  })
  test('looks at nothing twice once it is applied', async () => {
    const sent = await traffic()
    const { outgoing } = foldAll(sent)
    await balanceStore(database, () => {}).store(incoming(TOPICS.balances, outgoing), 0, 100n)
    await database.sql`delete from outbox`
    const again = sweep()
    await again()
    await again()
    expect(await outboxOf(database)).toEqual([])
    const [row] = await database.sql<[{ position: bigint; last: bigint }]>`
      select position, (select max(id) from transactions) as last from sweeps`
    expect(row.position).toBe(row.last)
  })
})

/** As if so many deposits had been accepted and relayed long ago. */
async function accept(count: number): Promise<void> {
  await database.sql`
    insert into transactions (account, sequence, type, hash, amount)
    select 'ada', number, 'deposit', 'h' || number, 1 from generate_series(1, ${count}::int) as number`
}

function balanceRow(account: string, sequence: number): Incoming {
  const state = { ...openAccount(account), sequence, balance: BigInt(sequence) }
  const last = { amount: 1n, hash: 'h', orderId: undefined, state: 'APPROVED' } as const
  return {
    topic: TOPICS.balances,
    partition: 0,
    offset: BigInt(sequence),
    key: Buffer.from(account),
    value: Buffer.from(ledgerTopology.row({ ...state, last }, 0n)),
  }
}
