import type { LogMessage } from './partition.ts'

// The parts of kafkajs' requests that the broker in memory looks at.

export type ProduceRequest = {
  transactionalId: string | undefined
  producerId: number
  producerEpoch: number
  topicData: {
    topic: string
    partitions: {
      partition: number
      firstSequence: number
      messages: {
        key?: string | Buffer | null
        value: string | Buffer | null
        headers?: Record<string, string>
      }[]
    }[]
  }[]
}

export type FetchRequest = {
  isolationLevel: 0 | 1
  maxWaitTime: number
  topics: {
    topic: string
    partitions: { partition: number; fetchOffset: string; maxBytes: number }[]
  }[]
}

export type Fetched = {
  responses: {
    topicName: string
    partitions: {
      partition: number
      highWatermark: string
      lastStableOffset: string
      abortedTransactions: { producerId: string; firstOffset: string }[]
      messages: LogMessage[] & { lastBatchOffset?: string }
    }[]
  }[]
}

export type ListOffsetsRequest = {
  isolationLevel: number
  topics: { topic: string; partitions: { partition: number; timestamp: number | string }[] }[]
}

export type ListedOffsets = {
  responses: { topic: string; partitions: { partition: number; offset: string }[] }[]
}

export type TopicOffsets = {
  topic: string
  partitions: { partition: number; offset: string | number }[]
}

export type TxnOffsetCommitRequest = {
  producerId: number
  producerEpoch: number
  groupId: string
  topics: TopicOffsets[]
}

export type OffsetCommitRequest = {
  groupId: string
  memberId: string
  groupGenerationId: number
  topics: TopicOffsets[]
}

export type Owned = { transactionalId: string; producerId: number; producerEpoch: number }
export type InitProducerIdRequest = {
  transactionalId: string | undefined
  transactionTimeout: number
}
/** kafkajs names partitions by number or by text, as it comes. */
export type AddPartitionsRequest = Owned & {
  topics: { topic: string; partitions: (number | string)[] }[]
}

export type OffsetFetchRequest = {
  groupId: string
  topics: { topic: string; partitions: { partition: number }[] }[]
}
