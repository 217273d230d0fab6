import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { withSql } from '../../../deploy/local/sql.ts'
import { sqlState } from '../../../shared/database.ts'
import { kafkaClient } from '../../../shared/kafka/kafka-client.ts'
import { openLog } from '../../../shared/log.ts'
import { pause } from '../../../shared/wait.ts'
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'
import { startCluster } from './cluster.ts'
import type { PoisonTopic } from './poison.ts'
import { committedOffset, LEDGER, readsAgain } from './reading.ts'
import { startTraffic, type Traffic } from './traffic.ts'
import type { Cluster, PoisonKind } from './types.ts'

/** That each fault does what it says, to a system that has survived it afterwards. */

setDefaultTimeout(90_000)
const READY_MS = 60_000

let folder: TemporaryFolder
let cluster: Cluster
let traffic: Traffic
beforeAll(async () => {
  folder = await temporaryFolder()
  cluster = await startCluster({ folder: folder.path })
  traffic = await startTraffic(cluster)
  // Whichever test comes first finds a past in every partition.
  await until(() => traffic.acknowledged() > 50, { what: 'a past' })
  await cluster.decisions.firstAfter(performance.now(), { deadlineMs: 40_000 })
})
afterEach(async () => {
  cluster.kafkaProxy.heal()
  cluster.postgresProxy.heal()
  await cluster.ready(READY_MS)
  const before = traffic.acknowledged()
  await until(() => traffic.acknowledged() > before + 5, { what: 'the traffic to go on' })
  await cluster.decisions.firstAfter(performance.now(), { deadlineMs: 40_000 })
})
afterAll(async () => {
  await traffic?.stop()
  await cluster?.dispose()
  await folder.remove()
})

describe('an instance', () => {
  test('is behind both proxies, and does not know the way past them', () => {
    expect(cluster.kafkaProxy.connections()).toBeGreaterThan(20)
    expect(cluster.postgresProxy.connections()).toBeGreaterThan(6)
    expect(cluster.kafkaProxy.cutAll()).toBeGreaterThan(20)
    expect(cluster.postgresProxy.cutAll()).toBeGreaterThan(6)
  })

  test('dies at a crash point, in the middle of a transaction, and is started again', async () => {
    const billing = cluster.instance('billing-1')
    const [earlier, restarts] = [billing.pid(), billing.restarts()]
    const point = 'transaction.registered'
    const armed = await billing.arm({ point, nth: 2, action: 'kill' })
    expect(await armed.hit(20_000)).toBe(true)
    await until(() => billing.restarts() > restarts, { what: 'a restart' })
    expect(billing.pid()).not.toBe(earlier)
    expect(billing.hits()).toEqual({ [point]: 1 })
    expect(billing.passes()['owner.fenced']).toBeGreaterThan(0)
  })

  test('that is killed leaves its partitions to the other, which decides there', async () => {
    const [victim, heir] = [cluster.instance('billing-1'), cluster.instance('billing-2')]
    await until(() => victim.partitions(LEDGER.groupId).length === 2, { what: 'its share' })
    const partitions = victim.partitions(LEDGER.groupId)
    await victim.kill()
    const gone = performance.now()
    const first = await cluster.decisions.firstAfter(gone, { deadlineMs: 30_000, partitions })
    // Until the session of the dead is over nobody else is given what it had.
    expect(first - gone).toBeGreaterThan(1_000)
    await until(() => heir.partitions(LEDGER.groupId).length === 4, { what: 'the heir' })
    expect(victim.pid()).toBeUndefined()
    await victim.start()
  })

  test('has a clock of its own, and sleeps when it is told to', async () => {
    const order = cluster.instance('order-1')
    await order.shiftClock(-3_600_000)
    order.freeze()
    const asked = fetch(`${order.opsUrl}/live`, { signal: AbortSignal.timeout(700) })
    expect(await asked.catch(({ name }: Error) => name)).toBe('TimeoutError')
    order.wake()
    await order.ready()
    await order.shiftClock(0)
  })
})

describe('the proxies', () => {
  test('lose commits of both kinds that had happened, and that had not', async () => {
    for (const way of ['reply', 'request'] as const) {
      cluster.kafkaProxy.loseReply('EndTxn', 1, way, { only: ({ commit }) => commit === true })
      cluster.postgresProxy.loseReply('COMMIT', 1, way)
    }
    await until(
      () => cluster.kafkaProxy.losses().length === 2 && cluster.postgresProxy.losses().length === 2,
      { what: 'four commits' },
    )
    const outcomes = cluster.kafkaProxy.losses().map(({ way, outcome }) => `${way}: ${outcome}`)
    expect(outcomes.toSorted()).toEqual(['reply: done', 'request: unseen'])
    expect(cluster.kafkaProxy.losses()[0]?.call.transactionalId).toMatch(/^billing-ledger-/)
    expect(cluster.postgresProxy.counts()).toMatchObject({ 'COMMIT.reply': 1, 'COMMIT.request': 1 })
  })
})

describe('the servers', () => {
  test.each(['broker', 'postgres'] as const)(
    '%s is killed, and no service with it',
    async (name) => {
      const restarts = () => cluster.instances.map((each) => `${each.name} ${each.restarts()}`)
      const before = restarts()
      await cluster[name].kill()
      expect(cluster[name].pid()).toBeUndefined()
      // Longer than any of their own deadlines for a request.
      await pause(6_000)
      await cluster[name].start()
      await cluster.decisions.firstAfter(performance.now(), { deadlineMs: 40_000 })
      expect(restarts()).toEqual(before)
    },
  )

  test('Postgres ends its sessions', async () => {
    expect(await cluster.postgres.terminateBackends()).toBeGreaterThan(6)
  })

  test('a rival holds a table, or some rows', async () => {
    const url = cluster.postgres.directUrls.billing
    const count = (words: string) =>
      withSql(url, 5_000, async (sql) => {
        await sql`set lock_timeout = 300`
        return (await sql.unsafe(`select 1 from accounts ${words}`)).length
      }).catch(sqlState)
    const all = Number(await count(''))
    const some = { service: 'billing', table: 'accounts', forMs: 2_000 } as const
    const rows = await cluster.postgres.lock({ ...some, rows: 3 })
    expect(rows.taken).toBe(true)
    expect(await count('for update skip locked')).toBeLessThanOrEqual(all - 3)
    await rows.released
    const table = await cluster.postgres.lock(some)
    expect(table.taken).toBe(true)
    expect(await count('')).toBe('55P03')
    await table.released
    expect(await count('')).toBe(all)
  })

  test('the disk of Postgres is full, and then it is not', async () => {
    const { postgres } = cluster
    if (postgres.diskObstacle !== undefined) {
      return expect(postgres.fillDisk()).rejects.toThrow(postgres.diskObstacle)
    }
    await postgres.fillDisk()
    const write = () =>
      withSql(postgres.adminUrl, 20_000, async (sql) => {
        await sql`create table if not exists ballast (bytes text)`
        await sql`insert into ballast select repeat(md5(i::text), 100) from generate_series(1, 20000) i`
      })
    expect(sqlState(await write().catch((error: unknown) => error))).toBe('53100')
    await postgres.freeDisk()
    await until(() => write().then(() => true), { what: 'Postgres to write again' })
  })
})

describe('an intruder', () => {
  test('has a group find new owners, again and again', async () => {
    const before = cluster.instance('billing-1').passes()['owner.fenced'] ?? 0
    expect(await cluster.intruder.rebalance({ ...LEDGER, rounds: 2, holdMs: 500 })).toBe(2)
    const fenced = () => cluster.instance('billing-1').passes()['owner.fenced'] ?? 0
    await until(() => fenced() > before, { what: 'a partition to be taken over again' })
  })

  test('has a service read again what it had read', async () => {
    const billing = cluster.instances.filter(({ service }) => service === 'billing')
    await Promise.all(billing.map(({ stop }) => stop()))
    const since = Date.now()
    const rewound = await cluster.intruder.rewind({ ...LEDGER, by: 5 })
    await Promise.all(billing.map(({ start }) => start()))
    expect(rewound.length).toBe(4)
    for (const { from, to } of rewound) expect(from - to).toBe(5n)
    await readsAgain(cluster, rewound, since)
  })

  test('has a group forget where it was, which begins again at the beginning', async () => {
    const billing = cluster.instances.filter(({ service }) => service === 'billing')
    await Promise.all(billing.map(({ stop }) => stop()))
    const since = Date.now()
    const forgotten = await Promise.all(
      [...Array(cluster.partitions).keys()].map(async (partition) => {
        const from = await committedOffset(cluster, LEDGER, partition)
        return { partition, from, to: 0n }
      }),
    )
    for (const { from } of forgotten) expect(from).toBeGreaterThan(0n)
    await cluster.intruder.forget(LEDGER.groupId)
    await Promise.all(billing.map(({ start }) => start()))
    await readsAgain(cluster, forgotten, since)
  })

  test.each([
    { topic: 'order', groupId: 'billing-intake' },
    { topic: 'bankTransaction', groupId: 'billing-ledger' },
  ] as const)(
    'crosses aborted transactions in $topic, and $groupId passes them by',
    async ({ topic, groupId }) => {
      const { account, partition } = await cluster.intruder.crossAborts(topic)
      const next = await plantIn(topic, partition)
      const isPast = async () =>
        (await committedOffset(cluster, { groupId, topic }, partition)) > next
      await until(isPast, { what: `${groupId} to be past them`, deadlineMs: 40_000 })
      const found = await withSql(cluster.postgres.directUrls.billing, 5_000, async (sql) => [
        ...(await sql`select from balances where account = ${account}`),
        ...(await sql`select from transactions where account = ${account}`),
      ])
      expect(found).toEqual([])
    },
  )

  test('plants what nobody can act on, and it is set aside', async () => {
    const KINDS: PoisonKind[] = [
      'no-value',
      'no-text',
      'no-json',
      'wrong-schema',
      'wrong-key',
      'oversized',
      'large-key',
    ]
    const planted: string[] = []
    for (const topic of ['order', 'bankTransaction'] as const) {
      for (const kind of KINDS) {
        const { partition, offset } = await cluster.intruder.plant(topic, kind)
        planted.push(`${topic}/${partition}@${offset}`)
      }
    }
    await until(async () => new Set(planted).isSubsetOf(new Set(await deadLetters())), {
      what: 'all of it among the dead letters',
    })
  })

  test('has a table cleaned while it is written to', async () => {
    expect(await cluster.intruder.compact('bankBalance', 35_000)).toBe(4)
  })
})

/** A record that is read and set aside, for a group commits nothing where nothing follows. */
const plantIn = async (topic: PoisonTopic, partition: number): Promise<bigint> => {
  const TRIES = 100
  for (let turn = 0; turn < TRIES; turn += 1) {
    const placed = await cluster.intruder.plant(topic, 'no-json')
    if (placed.partition === partition) return placed.offset
  }
  throw new Error(`of ${TRIES} records in ${topic} none fell into partition ${partition}`)
}

/** Where the records came from that were set aside. */
const deadLetters = async (): Promise<string[]> => {
  const { directAddress } = cluster.broker
  const log = openLog('test', 'silent')
  const kafka = kafkaClient({ clientId: 'test', brokers: [directAddress], log })
  const sources: string[] = []
  for (const partition of [0, 1, 2, 3]) {
    const reader = await kafka.openReader('deadLetter', partition)
    const end = await reader.end()
    for (let position = await reader.start(); position < end; ) {
      const { records, next } = await reader.read(position, 500)
      for (const { value } of records) {
        const letter = JSON.parse(String(value))
        sources.push(`${letter.topic}/${letter.partition}@${letter.offset}`)
      }
      position = next
    }
    await reader.close()
  }
  return sources
}
