import { beforeAll, expect, test } from 'bun:test'
import { aclEntries } from '../../deploy/acls.ts'
import { TOPICS } from '../../deploy/topics.ts'
import { type ProvisionedBroker, provision, sharedBroker } from './provisioned.ts'

let broker: ProvisionedBroker
const START_MS = 120_000
beforeAll(async () => {
  broker = await sharedBroker()
}, START_MS)

/** The provisioner finds its own rights there: somebody gave them to it. */
const GIVEN = aclEntries().length - aclEntries(['provisioner']).length

test('the first run creates the topics and gives the rights, and says so', () => {
  const { code, output } = broker.firstRun
  expect(output).toContain(`"created":${TOPICS.length},"present":0`)
  for (const { name } of TOPICS) expect(output).toContain(`created topic ${name}"`)
  expect(output).toContain(`"given":${GIVEN},`)
  expect(output).toContain('from now on User:order may WRITE on TOPIC order"')
  expect(output).toContain('User:billing may WRITE on TRANSACTIONAL_ID billing-ledger-…"')
  expect(code).toBe(0)
})

test('the second run finds nothing to do', async () => {
  const { code, output } = await provision(broker.brokers)
  expect(output).toContain(`"created":0,"present":${TOPICS.length}`)
  expect(output).toContain(`"given":0,"present":${aclEntries().length}`)
  expect(output).not.toContain('left as it is')
  expect(code).toBe(0)
})

test('topics of another size are refused', async () => {
  const { code, output } = await provision(broker.brokers, { TOPIC_PARTITIONS: '5' })
  expect(output).toContain('bankBalance has 4 partitions, expected 5')
  expect(code).toBe(70)
})

test.each([
  ['an unknown word', { KAFKA_ACLS: 'perhaps' }, 'KAFKA_ACLS: expected one of none, apply'],
  ['no copies at all', { TOPIC_REPLICATION_FACTOR: '0' }, 'TOPIC_REPLICATION_FACTOR'],
])('%s is bad configuration', async (_name, environment, line) => {
  const { code, output } = await provision(broker.brokers, environment)
  expect(output).toContain(line)
  expect(code).toBe(78)
})

test('who may not create topics and rights is told so at once', async () => {
  const { code, output } = await provision(broker.brokers, {
    KAFKA_USERNAME: 'order',
    KAFKA_PASSWORD: 'order-of-the-tests',
  })
  expect(output).toContain('Not authorized to access topics')
  expect(code).toBe(70)
})
