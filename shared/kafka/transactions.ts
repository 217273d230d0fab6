import type { Identity } from 'kafkajs/src/cluster'
import { assert } from '../assert.ts'
import { crashPoint } from '../crash-point.ts'
import { REQUEST_TIMEOUT_MS } from './client.ts'
import {
  type Coordinators,
  GROUP,
  openCoordinators,
  TRANSACTION,
  type TransactionCluster,
} from './coordinators.ts'
import { messageOf } from './headers.ts'
import type { Outgoing } from './record.ts'

/** Everything of one Kafka transaction: records for one partition, and how far the input was read. */
export type Commit = {
  groupId: string
  input: { topic: string; partition: number; next: bigint }
  outgoing: readonly Outgoing[]
}

/** Transactions of one transactional id, one after the other. */
export type Transactions = {
  /** Takes the id over (KIP-98, InitProducerId) and settles what its last owner left open. */
  claim: () => Promise<void>
  /** Whatever it throws: whether the transaction was committed is unknown, and there is no next. */
  commit: (commit: Commit) => Promise<void>
  close: () => Promise<void>
}

/** `timeoutMs`: after which the broker aborts a transaction by itself. */
export type TransactionsOptions = { transactionalId: string; timeoutMs: number }

/** Until the predecessor's transaction is aborted, or its coordinator is elected. */
const CLAIM_DEADLINE_MS = 25_000

/**
 * kafkajs' own transactions take nine requests, one after the other, and ask for the coordinators
 * each time. These take three round trips: the transaction learns of the partitions and of the
 * group; records and offset are written; it ends. The requests themselves are kafkajs'.
 *
 * Everything goes to the partition of its input, so that each has one transactional writer.
 */
export const openTransactions = (
  cluster: TransactionCluster,
  { transactionalId, timeoutMs }: TransactionsOptions,
): Transactions => {
  const coordinators = openCoordinators(cluster)
  let producer: Producer | undefined
  let isUsable = false

  const claim = async (): Promise<void> => {
    await cluster.connect()
    const identity = await coordinators.ask(
      TRANSACTION,
      transactionalId,
      (coordinator) =>
        coordinator.initProducerId({ transactionalId, transactionTimeout: timeoutMs }),
      CLAIM_DEADLINE_MS,
    )
    const { producerId, producerEpoch } = identity
    const owner = { transactionalId, producerId, producerEpoch }
    producer = { cluster, coordinators, owner, sequences: new Map() }
    isUsable = true
  }

  const commit = async ({ groupId, input, outgoing }: Commit): Promise<void> => {
    assert(producer !== undefined, 'an id is claimed before its first transaction')
    assert(isUsable, 'a transaction begins only when those before are known to be committed')
    isUsable = false
    const { partition } = input
    const byTopic = [...Map.groupBy(outgoing, ({ topic }) => topic)]
    await cluster.addMultipleTargetTopics(byTopic.map(([topic]) => topic))
    // Both join, so both may find the last transaction not quite over.
    await Promise.all([addGroup(producer, groupId), addPartitions(producer, byTopic, partition)])
    crashPoint('transaction.registered')
    await Promise.all([
      writeOffset(producer, groupId, input),
      writeRecords(producer, byTopic, partition),
    ])
    crashPoint('transaction.written')
    await end(producer)
    crashPoint('transaction.committed')
    isUsable = true
  }

  return { claim, commit, close: () => cluster.disconnect() }
}

type Producer = {
  cluster: TransactionCluster
  coordinators: Coordinators
  owner: Identity & { transactionalId: string }
  /** By topic: the number of the next record; each topic has one partition here. */
  sequences: Map<string, number>
}

type ByTopic = readonly (readonly [string, readonly Outgoing[]])[]

const addGroup = ({ coordinators, owner }: Producer, groupId: string): Promise<unknown> =>
  coordinators.ask(TRANSACTION, owner.transactionalId, (coordinator) =>
    coordinator.addOffsetsToTxn({ ...owner, groupId }),
  )

const addPartitions = async (
  { coordinators, owner }: Producer,
  byTopic: ByTopic,
  partition: number,
): Promise<void> => {
  if (byTopic.length === 0) return
  const topics = byTopic.map(([topic]) => ({ topic, partitions: [partition] }))
  await coordinators.ask(TRANSACTION, owner.transactionalId, (coordinator) =>
    coordinator.addPartitionsToTxn({ ...owner, topics }),
  )
}

const writeOffset = (
  { coordinators, owner }: Producer,
  groupId: string,
  { topic, partition, next }: Commit['input'],
): Promise<unknown> => {
  const topics = [{ topic, partitions: [{ partition, offset: String(next) }] }]
  return coordinators.ask(GROUP, groupId, (coordinator) =>
    coordinator.txnOffsetCommit({ ...owner, groupId, topics }),
  )
}

/** Never repeated: whether they were written is unknown after an error, and a new claim tells. */
const writeRecords = async (
  { cluster, owner, sequences }: Producer,
  byTopic: ByTopic,
  partition: number,
): Promise<void> => {
  const byLeader = Map.groupBy(byTopic, ([topic]) => {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
    if (nodeId === undefined) throw new Error(`${topic}/${partition} has no leader`)
    return nodeId
  })
  const write = async (nodeId: string, topics: ByTopic): Promise<void> => {
    const leader = await cluster.findBroker({ nodeId })
    const topicData = topics.map(([topic, list]) => {
      const firstSequence = sequences.get(topic) ?? 0
      // An int32 that begins again at 0.
      sequences.set(topic, (firstSequence + list.length) % 2 ** 31)
      const messages = list.map(messageOf)
      return { topic, partitions: [{ partition, firstSequence, messages }] }
    })
    await leader.produce({ ...owner, acks: -1, timeout: REQUEST_TIMEOUT_MS, topicData })
  }
  await Promise.all([...byLeader].map(([nodeId, topics]) => write(nodeId, topics)))
}

/** Never repeated: one that is late could end the transaction after it (KAFKA-17754). */
const end = async ({ coordinators, owner }: Producer): Promise<void> => {
  const coordinator = await coordinators.of(TRANSACTION, owner.transactionalId)
  await coordinator.endTxn({ ...owner, transactionResult: true })
}
