import { beforeAll, describe, expect, test } from 'bun:test'
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs'
import { openAuthority } from '../../deploy/certificates.ts'
import { passwordOf } from '../support/secured.ts'
import * as move from './kafka-moves.ts'
import { type ProvisionedBroker, sharedBroker } from './provisioned.ts'

/** Each principal against a broker that has exactly the rights of deploy/acls.ts. */

let broker: ProvisionedBroker
let stranger: string
const START_MS = 120_000
beforeAll(async () => {
  broker = await sharedBroker()
  stranger = (await openAuthority('a stranger')).certificate
}, START_MS)

const APPROVED = 'approvedOrderTransaction'
const REJECTED = 'rejectedOrderTransaction'

type Who = 'order' | 'billing' | 'notification' | 'provisioner' | 'auditor'
type Access = Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'>

const accessOf = (username: string, password = passwordOf(username)): Access => ({
  brokers: [broker.brokers],
  ssl: { ca: [broker.security.authority] },
  sasl: { mechanism: 'scram-sha-512', username, password },
})

describe('is needed, and allowed', () => {
  test.each([
    ['order', 'sends orders', move.produce('order')],
    ['order', 'reads back which numbers it gave', move.consume('order', 'order-outcomes')],
    ['order', 'reads outcomes', move.consume(APPROVED, 'order-outcomes')],
    ['billing', 'reads orders', move.consume('order', 'billing-intake')],
    [
      'billing',
      'decides: balance, journal, outcome and offset in one transaction',
      move.transact(
        'billing-ledger-bankTransaction-0',
        ['bankBalance', 'processedTransaction', APPROVED, REJECTED, 'deadLetter'],
        'billing-ledger',
        'bankTransaction',
      ),
    ],
    ['billing', 'sends transactions', move.produce('bankTransaction')],
    [
      'billing',
      'reads the offsets of its ledger',
      move.readOffsets('billing-ledger', 'bankTransaction'),
    ],
    ['notification', 'reads outcomes', move.consume(REJECTED, 'notification-outcomes')],
    ['billing', 'checks its topics', move.readSettings('bankBalance')],
    ['notification', 'sets records aside', move.produce('deadLetter')],
    [
      'auditor',
      'sees how far the ledger is',
      move.readOffsets('billing-ledger', 'bankTransaction'),
    ],
  ] satisfies [Who, string, move.Move][])('%s %s', async (who, _what, attempt) => {
    expect(await move.outcomeOf(accessOf(who), attempt)).toBe('allowed')
  })
})

describe('is refused', () => {
  const TOPIC = 'TOPIC_AUTHORIZATION_FAILED'
  const GROUP = 'GROUP_AUTHORIZATION_FAILED'
  const ID = 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
  const CLUSTER = 'CLUSTER_AUTHORIZATION_FAILED'

  test.each([
    ['order', 'forges an approval', move.produce(APPROVED), TOPIC],
    ['order', 'forges a deposit', move.produce('bankTransaction'), TOPIC],
    ['order', 'writes a balance', move.produce('bankBalance'), TOPIC],
    ['order', 'fences the ledger', move.transact('billing-ledger-bankTransaction-0', []), ID],
    ['order', 'moves the ledger’s offsets', move.moveOffsets('billing-ledger', 'order'), GROUP],
    ['order', 'makes a topic', move.createTopic('mine'), TOPIC],
    ['order', 'deletes the balances', move.deleteTopic('bankBalance'), TOPIC],
    ['order', 'lets the balances expire', move.alterTopic('bankBalance'), TOPIC],
    ['order', 'gives itself a right', move.giveRight('order', 'bankBalance'), CLUSTER],
    ['order', 'deletes its own topic', move.deleteTopic('order'), TOPIC],
    ['order', 'widens its own topic', move.addPartitions('order'), TOPIC],
    ['notification', 'forges an approval', move.produce(APPROVED), TOPIC],
    ['notification', 'forges a deposit', move.produce('bankTransaction'), TOPIC],
    [
      'notification',
      'reads the transactions',
      move.consume('bankTransaction', 'notification-outcomes'),
      TOPIC,
    ],
    ['notification', 'joins the ledger', move.consume(APPROVED, 'billing-ledger'), GROUP],
    ['notification', 'joins a group of its own', move.consume(APPROVED, 'mine'), GROUP],
    [
      'notification',
      'reads what was set aside',
      move.consume('deadLetter', 'notification-outcomes'),
      TOPIC,
    ],
    ['billing', 'forges an order', move.produce('order'), TOPIC],
    ['billing', 'works under another’s id', move.transact('order-1', []), ID],
    ['billing', 'deletes its group', move.deleteGroup('billing-ledger'), GROUP],
    ['billing', 'lets the balances expire', move.alterTopic('bankBalance'), TOPIC],
    ['billing', 'gives itself a right', move.giveRight('billing', 'order'), CLUSTER],
    ['auditor', 'sets a record aside', move.produce('deadLetter'), TOPIC],
    ['auditor', 'joins the ledger', move.consume('bankTransaction', 'billing-ledger'), GROUP],
    ['auditor', 'fences the ledger', move.transact('billing-ledger-bankTransaction-0', []), ID],
    ['auditor', 'gives itself a right', move.giveRight('auditor', 'order'), CLUSTER],
    ['provisioner', 'forges a deposit', move.produce('bankTransaction'), TOPIC],
    ['provisioner', 'makes another topic', move.createTopic('mine'), TOPIC],
    ['provisioner', 'deletes the balances', move.deleteTopic('bankBalance'), TOPIC],
  ] satisfies [Who, string, move.Move, string][])('%s %s', async (who, _what, attempt, reason) => {
    expect(await move.outcomeOf(accessOf(who), attempt)).toBe(reason)
  })
})

describe('at the door', () => {
  test.each([
    ['the right password', () => accessOf('order'), /^allowed$/],
    ['a wrong password', () => accessOf('order', 'guessed'), /Authentication failed/],
    ['an unknown user', () => accessOf('mallory', 'guessed'), /Authentication failed/],
    [
      'no password',
      () => ({ brokers: [broker.brokers], ssl: { ca: [broker.security.authority] } }),
      /SASL|disconnected|Closed/,
    ],
    ['no TLS', () => ({ brokers: [broker.brokers] }), /Closed connection/],
    [
      'a broker that is vouched for by a stranger',
      () => ({ ...accessOf('order'), ssl: { ca: [stranger] } }),
      /unable to verify/,
    ],
    [
      'a broker that goes by another name',
      () => ({
        ...accessOf('order'),
        ssl: { ca: [broker.security.authority], servername: 'elsewhere' },
      }),
      /does not match certificate/,
    ],
  ] satisfies [string, () => Access, RegExp][])('%s', async (_name, access, answer) => {
    expect(await move.outcomeOf(access(), move.knock)).toMatch(answer)
  })
})

test.each([
  ['order', [APPROVED, 'deadLetter', 'order', REJECTED]],
  ['notification', [APPROVED, 'deadLetter', REJECTED]],
] satisfies [Who, string[]][])('%s does not even see other topics', async (who, topics) => {
  const admin = new Kafka({ ...accessOf(who), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  expect((await admin.listTopics()).toSorted()).toEqual(topics)
  await admin.disconnect()
})
