import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openKafka } from '../../shared/kafka/client.ts'
import { dismissGhost } from '../../shared/kafka/ghost.ts'
import { kafkaClient } from '../../shared/kafka/kafka-client.ts'
import { joinGroup } from '../../shared/kafka/membership.ts'
import { openLog } from '../../shared/log.ts'
import { proxiedBroker } from '../faults/proxy/proxied-broker.ts'
import type { KafkaProxy } from '../faults/proxy/types.ts'
import { createTopics } from '../support/topics.ts'
import { until } from '../support/until.ts'

// A member that is told to join again, and loses the reply: kafkajs went on as before, with the
// partitions of the generation before, or as no member at all.

setDefaultTimeout(60_000)

let proxy: KafkaProxy
let broker: Awaited<ReturnType<typeof proxiedBroker>>
beforeAll(async () => {
  broker = await proxiedBroker()
  proxy = broker.proxy
})
afterAll(() => broker.dispose())

const log = openLog('lost-join', 'silent')
const behind = () => ({ clientId: 'unlucky', brokers: [broker.proxied], log })
const direct = (clientId = 'lucky') => ({ clientId, brokers: [broker.direct], log })

test('whose reply of SyncGroup is lost learns its partitions all the same', async () => {
  const { topic, groupId } = await scene()
  const unlucky = await member(behind(), groupId, topic)
  await until(() => unlucky.partitions().length === 2, { what: 'both partitions' })

  proxy.loseReply('SyncGroup', 1, 'reply')
  const lucky = await member(direct(), groupId, topic)

  const owned = () => [...unlucky.partitions(), ...lucky.partitions()]
  await until(() => owned().length === 2 && new Set(owned()).size === 2, {
    what: 'each partition to have one owner',
  })
  await Promise.all([unlucky.leave(), lucky.leave()])
})

test('whose reply of JoinGroup is lost when the group has forgotten it joins again', async () => {
  const { topic, groupId } = await scene()
  const unlucky = await member(behind(), groupId, topic)
  await until(() => unlucky.partitions().length === 2, { what: 'both partitions' })

  proxy.loseReply('JoinGroup', 1, 'reply')
  await dismissGhost(direct('unlucky'), groupId)

  await until(() => unlucky.joins() === 2, { what: 'it to be a member again' })
  expect(unlucky.partitions()).toEqual([0, 1])
  await unlucky.leave()
})

test('whose connection breaks while it looks for its coordinator looks again', async () => {
  const { topic, groupId } = await scene()
  const lost = proxy.losses().length
  proxy.loseReply('FindCoordinator', 3, 'request')

  const unlucky = await member(behind(), groupId, topic)
  await until(() => unlucky.joins() === 1, { what: 'it to be a member' })
  expect(proxy.losses().length - lost).toBe(3)
  await unlucky.leave()
})

const scene = async () => {
  const topic = `lost-join-${crypto.randomUUID()}`
  const admin = openKafka(direct()).admin()
  await admin.connect()
  await createTopics(admin, [{ topic, numPartitions: 2 }])
  await admin.disconnect()
  return { topic, groupId: `${topic}-group` }
}

const member = async (connect: ReturnType<typeof direct>, groupId: string, topic: string) => {
  let assigned: readonly number[] = []
  let joins = 0
  const leave = await joinGroup({
    kafka: kafkaClient(connect),
    groupId,
    topic,
    log,
    onAssigned: (partitions) => {
      joins += 1
      assigned = partitions
    },
    onCrashed: (error) => {
      throw error
    },
  })
  return { partitions: () => assigned, joins: () => joins, leave }
}
