import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  type AclEntry,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from 'kafkajs'
import { openAuthority } from '../../deploy/certificates.ts'
import { ADMIN } from '../../deploy/local/kafka-security.ts'
import type { Connection } from '../../shared/connection.ts'
import { openDatabase } from '../../shared/database.ts'
import { fence } from '../../shared/exactly-once/transactional-producer.ts'
import { openHealth } from '../../shared/health.ts'
import { type Connect, openKafka } from '../../shared/kafka/client.ts'
import { follow } from '../../shared/kafka/follow.ts'
import { kafkaClient } from '../../shared/kafka/kafka-client.ts'
import { openPartitionReader } from '../../shared/kafka/partition-reader.ts'
import { openSender } from '../../shared/kafka/sender.ts'
import type { Part } from '../../shared/lifecycle.ts'
import { type Log, openLog } from '../../shared/log.ts'
import { databasePart, topicsPart } from '../../shared/service-parts.ts'
import { keptLog } from '../support/kept-log.ts'
import { type PrivatePostgres, privatePostgres } from '../support/postgres.ts'
import {
  authority,
  passwordOf,
  type SecuredBroker,
  securedBroker,
  securedPostgres,
} from '../support/secured.ts'
import { createTopics } from '../support/topics.ts'
import { until } from '../support/until.ts'
import { impostor } from './impostor.ts'

/** Our own clients before secured servers, and before servers that only look like them. */

const log = openLog('test', 'silent')

const MAY_READ: AclEntry = {
  principal: 'User:notification',
  host: '*',
  operation: AclOperationTypes.READ,
  permissionType: AclPermissionTypes.ALLOW,
  resourceType: AclResourceTypes.TOPIC,
  resourceName: 'letters',
  resourcePatternType: ResourcePatternTypes.LITERAL,
}

let broker: SecuredBroker
let server: PrivatePostgres
/** Its certificate is good, and is that of another host. */
let otherHost: PrivatePostgres
let open: PrivatePostgres
let fake: Awaited<ReturnType<typeof impostor>>
let trusted: string
let stranger: string

beforeAll(async () => {
  const { certificate, issue } = await authority()
  trusted = certificate
  stranger = (await openAuthority('a stranger')).certificate
  const elsewhere = await issue({ name: 'elsewhere', hosts: ['elsewhere.example', '192.0.2.1'] })
  ;[broker, server, otherHost, open, fake] = await Promise.all([
    securedBroker(),
    securedPostgres(),
    privatePostgres({}, elsewhere),
    privatePostgres(),
    impostor(elsewhere),
  ])
  const admin = openKafka(as(ADMIN)).admin()
  await admin.connect()
  await createTopics(admin, [{ topic: 'letters', numPartitions: 1 }])
  await admin.createAcls({ acl: [MAY_READ] })
  await admin.disconnect()
}, 120_000)
afterAll(async () => {
  fake.close()
  await Promise.all([broker, server, otherHost, open].map(({ dispose }) => dispose()))
})

/** Starts a part that has to wait, and answers the one line that it says about that. */
const waitOf = async (what: string, part: (log: Log) => Part): Promise<string> => {
  const { log: kept, lines } = keptLog()
  const stopping = new AbortController()
  const waiting = part(kept)
    .start(stopping.signal)
    .catch((error: unknown) => error)
  const find = () => lines.find(({ msg }) => msg === `waiting for ${what}`)
  const { reason } = await until(find, { what: `a wait for ${what}` })
  stopping.abort()
  expect(await waiting).toMatchObject({ message: `stopped while waiting for ${what}` })
  expect(JSON.stringify(lines)).not.toMatch(/guessed|-of-the-tests/)
  return String(reason)
}

const as = (user: string, password = passwordOf(user)): Connect => ({
  clientId: 'test',
  log,
  brokers: [broker.brokers],
  tls: { ca: trusted },
  sasl: { mechanism: 'scram-sha-512', username: user, password },
})

describe('Postgres', () => {
  const byName = (url: string) => url.replace('127.0.0.1', 'localhost')

  test.each([
    ['by its address', () => server.url],
    ['by its name', () => byName(server.url)],
    // Somebody else's defaults must not turn the verification off.
    ['with another wish in the url', () => `${server.url}?sslmode=disable`],
  ])('is reached %s, through TLS', async (_how, url) => {
    const { sql, close } = openDatabase(
      { url: url(), tls: { ca: trusted } },
      { application: 'test', connections: 1 },
    )
    const [session] = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
    expect(session).toEqual({ ssl: true })
    await close()
  })

  const reasonOf = async (connection: Connection): Promise<string> => {
    const database = openDatabase(connection, { application: 'test' })
    const migrations = { folder: '/none', mode: 'apply' } as const
    try {
      return await waitOf('the database', (kept) =>
        databasePart({ health: openHealth(), log: kept, database, connection, migrations }),
      )
    } finally {
      await database.close()
    }
  }

  test.each([
    ['without TLS', () => ({ url: server.url }), /no encryption/],
    [
      'whose authority is unknown',
      () => ({ url: server.url, tls: { ca: stranger } }),
      /unable to verify/,
    ],
    ['that no public authority knows', () => ({ url: server.url, tls: {} }), /unable to verify/],
    [
      'at the address of another',
      () => ({ url: otherHost.url, tls: { ca: trusted } }),
      /does not match.*127\.0\.0\.1/,
    ],
    [
      'under the name of another',
      () => ({ url: byName(otherHost.url), tls: { ca: trusted } }),
      /does not match.*localhost/,
    ],
    [
      'that has no TLS',
      () => ({ url: open.url, tls: { ca: trusted } }),
      /before secure TLS connection/,
    ],
    [
      'with a wrong password',
      () => ({ url: server.url, tls: { ca: trusted }, password: () => 'guessed' }),
      /^password authentication failed/,
    ],
    [
      'as an unknown user',
      () => ({ url: server.url.replace('//postgres:', '//mallory:'), tls: { ca: trusted } }),
      /^password authentication failed for user "mallory"/,
    ],
  ] satisfies [string, () => Connection, RegExp][])(
    'is not talked to %s',
    async (_how, connection, reason) => {
      expect(await reasonOf(connection())).toMatch(reason)
    },
  )
})

describe('the broker', () => {
  test('takes and gives records through TLS with a login', async () => {
    const sender = openSender(kafkaClient(as(ADMIN)))
    await sender.send([{ topic: 'letters', key: 'a', value: 'hello' }])
    await sender.close()
    const reader = await openPartitionReader(as(ADMIN), 'letters', 0)
    const { records } = await reader.read(0n, 5_000)
    expect(records.map(({ value }) => value?.toString())).toEqual(['hello'])
    await reader.close()
  })

  const reasonOf = (connect: Connect): Promise<string> =>
    waitOf('the topics', (kept) =>
      topicsPart({
        health: openHealth(),
        log: kept,
        connect: { ...connect, log: kept },
        writes: [],
        reads: ['letters'],
        partitions: 1,
      }),
    )

  test.each([
    [
      'without TLS',
      () => ({ clientId: 'test', log, brokers: [broker.brokers] }),
      /^Closed connection: does the broker want TLS, or a login\?$/,
    ],
    [
      'without a login',
      () => ({ clientId: 'test', log, brokers: [broker.brokers], tls: { ca: trusted } }),
      /^Closed connection: does the broker want TLS, or a login\?$/,
    ],
    [
      'whose authority is unknown',
      () => ({ ...as(ADMIN), tls: { ca: stranger } }),
      /unable to verify/,
    ],
    ['that no public authority knows', () => ({ ...as(ADMIN), tls: {} }), /unable to verify/],
    [
      'with a wrong password',
      () => as('order', 'guessed'),
      /^SASL SCRAM SHA512 authentication failed/,
    ],
    ['as an unknown user', () => as('mallory'), /^SASL SCRAM SHA512 authentication failed/],
    [
      'in a way that it does not know',
      () => ({
        ...as(ADMIN),
        sasl: { mechanism: 'plain', username: ADMIN, password: passwordOf(ADMIN) },
      }),
      /does not support the requested SASL mechanism/,
    ],
    [
      'by somebody who may not see a topic',
      () => as('order'),
      /^missing, or hidden from this user: letters, deadLetter$/,
    ],
  ] satisfies [string, () => Connect, RegExp][])(
    'is not talked to %s',
    async (_how, connect, reason) => {
      expect(await reasonOf(connect())).toMatch(reason)
    },
  )

  test('that is another host hears nothing of us', async () => {
    const reason = await reasonOf({ ...as(ADMIN), brokers: [fake.address] })
    expect(reason).toMatch(/does not match.*127\.0\.0\.1/)
    expect(fake.heard()).toBe('')
  })
  test('that gives no right on a group is quoted', async () => {
    const { log: kept, lines } = keptLog()
    const crashed = Promise.withResolvers<Error>()
    const stop = await follow({
      kafka: kafkaClient({ ...as('notification'), log: kept }),
      groupId: 'strangers',
      topics: ['letters'],
      concurrency: 1,
      handle: () => Promise.resolve([]),
      isTransient: () => false,
      deadLetters: openSender(kafkaClient(as('notification'))),
      health: openHealth().signal('letters'),
      log: kept,
      onCrashed: crashed.resolve,
    }).start(new AbortController().signal)

    expect((await crashed.promise).message).toMatch(/not authorized\?$/)
    expect(lines.find(({ level }) => level === 'warn')).toMatchObject({
      msg: expect.stringMatching(
        /^the broker refuses: Response (FindCoordinator|GroupCoordinator)/,
      ),
      detail: 'Not authorized to access group: Group authorization failed',
    })
    await stop()
  })

  test('that gives no right on a transactional id is quoted', async () => {
    const { log: kept, lines } = keptLog()
    const error = await fence(kafkaClient({ ...as('notification'), log: kept }), 'letters-0').catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ message: expect.stringMatching(/not authorized\?$/) })
    expect(lines.find(({ level }) => level === 'warn')).toMatchObject({
      detail: expect.stringMatching(/Transactional id authorization failed/i),
    })
  })
})
