// What kafkajs 2.2.4 has inside and does not export. Pinned and patched, so it cannot move
// under us; `tests/libraries` holds it to what is assumed here.

declare module 'kafkajs/src/cluster' {
  import type { Message } from 'kafkajs'

  /** The owner of a transactional id, as the broker named it; an int64 is text. */
  export type Identity = { producerId: string | number; producerEpoch: number }
  type Owned = Identity & { transactionalId: string }
  type Topics<Partition> = { topic: string; partitions: Partition[] }[]
  type Produced = {
    partition: number
    firstSequence: number
    messages: Message[]
  }
  /** The requests of a transaction; each fails with the protocol's error. */
  export type TransactionBroker = {
    initProducerId(request: {
      transactionalId: string
      transactionTimeout: number
    }): Promise<Identity>
    addOffsetsToTxn(request: Owned & { groupId: string }): Promise<unknown>
    addPartitionsToTxn(request: Owned & { topics: Topics<number> }): Promise<unknown>
    txnOffsetCommit(
      request: Owned & { groupId: string; topics: Topics<{ partition: number; offset: string }> },
    ): Promise<unknown>
    produce(
      request: Owned & { acks: number; timeout: number; topicData: Topics<Produced> },
    ): Promise<unknown>
    endTxn(request: Owned & { transactionResult: boolean }): Promise<unknown>
  }
  type ListOffsets = {
    isolationLevel: 0 | 1
    topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[]
  }
  type Fetch = {
    isolationLevel: 0 | 1
    maxWaitTime: number
    minBytes: number
    maxBytes: number
    topics: {
      topic: string
      partitions: { partition: number; fetchOffset: string; maxBytes: number }[]
    }[]
  }
  export type PartitionData = {
    partition: number
    highWatermark: string
    lastStableOffset: string
    messages: unknown[]
  }
  type Broker = TransactionBroker & {
    listOffsets: (request: ListOffsets) => Promise<{
      responses: { topic: string; partitions: { partition: number; offset: string }[] }[]
    }>
    fetch: (request: Fetch) => Promise<{
      responses: { topicName: string; partitions: PartitionData[] }[]
    }>
    connectionPool: { map(each: (connection: Connection) => void): unknown }
  }
  type Connection = { rejectRequests(error: Error): void }
  export type GroupMember = { memberId: string; clientId: string }
  type Coordinator = TransactionBroker & {
    describeGroups: (request: { groupIds: string[] }) => Promise<{
      groups: { groupId: string; members: GroupMember[] }[]
    }>
    leaveGroup: (request: { groupId: string; memberId: string }) => Promise<unknown>
  }
  class Cluster {
    constructor(options: object)
    connect(): Promise<void>
    disconnect(): Promise<void>
    addTargetTopic(topic: string): Promise<void>
    addMultipleTargetTopics(topics: string[]): Promise<void>
    refreshMetadata(): Promise<void>
    refreshMetadataIfNecessary(): Promise<void>
    findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>
    findGroupCoordinator(request: {
      groupId: string
      coordinatorType?: 0 | 1
    }): Promise<Coordinator>
    findBroker(request: { nodeId: string }): Promise<Broker>
  }
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default Cluster
}

declare module 'kafkajs/src/consumer/batch' {
  import type { KafkaMessage } from 'kafkajs'
  import type { PartitionData } from 'kafkajs/src/cluster'

  class Batch {
    constructor(topic: string, fetchedOffset: string, partition: PartitionData)
    rawMessages: unknown[] & { lastBatchOffset?: string }
    messages: KafkaMessage[]
    highWatermark: string
    isEmptyDueToFiltering(): boolean
    lastOffset(): string
  }
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default Batch
}

declare module 'kafkajs/src/network/socketFactory' {
  const socketFactory: () => unknown
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default socketFactory
}

declare module 'kafkajs/src/loggers' {
  import type { logCreator, logLevel } from 'kafkajs'
  export const createLogger: (options: { level: logLevel; logCreator: logCreator }) => object
}
