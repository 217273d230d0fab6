import type { Reply } from '../world/network.ts'
import { offsetOutOfRange, protocolFailure } from './errors.ts'
import type { Partition } from './partition.ts'
import type { Fetched, FetchRequest } from './requests.ts'

type Waiting = {
  request: FetchRequest
  asked: readonly Asked[]
  reply: Reply<Fetched>
  isOver: boolean
}

type Asked = {
  topic: string
  index: number
  offset: number
  maxBytes: number
  partition: Partition | undefined
}

export type FetchesOptions = {
  after: (ms: number, run: () => void) => void
  partitionOf: (topic: string, partition: number) => Partition | undefined
  /** Whether this answer brings one batch only. */
  isShort: () => boolean
}

/** Fetches that wait for something to read, and their answers. */
export class Fetches {
  private readonly options: FetchesOptions
  private readonly waiting = new Map<Partition, Set<Waiting>>()

  constructor(options: FetchesOptions) {
    this.options = options
  }

  fetch(request: FetchRequest, reply: Reply<Fetched>): void {
    const asked = this.partitionsOf(request)
    const one: Waiting = { request, asked, reply, isOver: false }
    if (asked.some(isReady(request))) return this.answer(one)
    for (const { partition } of asked) {
      if (partition === undefined) continue
      this.waiting.set(partition, (this.waiting.get(partition) ?? new Set()).add(one))
    }
    this.options.after(request.maxWaitTime, () => this.answer(one))
  }

  /** There may be more to read in this partition. */
  wake(partition: Partition): void {
    for (const one of this.waiting.get(partition) ?? []) {
      if (one.asked.some(isReady(one.request))) this.answer(one)
    }
  }

  /** Nobody gets an answer any more. */
  forgetAll(): void {
    for (const list of this.waiting.values()) {
      for (const one of list) one.isOver = true
      list.clear()
    }
  }

  private answer(one: Waiting): void {
    if (one.isOver) return
    one.isOver = true
    const { request, asked, reply } = one
    const found: { topic: string; data: PartitionData }[] = []
    let problem: Error | undefined
    for (const each of asked) {
      const { topic, index, offset, partition } = each
      if (partition === undefined) {
        problem = protocolFailure('UNKNOWN_TOPIC_OR_PARTITION')
        continue
      }
      this.waiting.get(partition)?.delete(one)
      if (isOutside(partition, offset)) problem = offsetOutOfRange(topic, index)
      else found.push({ topic, data: this.dataOf(each, partition, request.isolationLevel) })
    }
    if (problem !== undefined) return reply.fail(problem)
    const byTopic = Map.groupBy(found, ({ topic }) => topic)
    const responses = [...byTopic].map(([topicName, list]) => ({
      topicName,
      partitions: list.map(({ data }) => data),
    }))
    reply.ok({ responses })
  }

  private dataOf(
    { index, offset, maxBytes }: Asked,
    partition: Partition,
    isolationLevel: number,
  ): PartitionData {
    const limit = this.options.isShort() ? 1 : maxBytes
    const slice = partition.read(offset, limit, isolationLevel === READ_COMMITTED)
    const messages: PartitionData['messages'] = slice.messages
    if (slice.lastOffset !== undefined) messages.lastBatchOffset = String(slice.lastOffset)
    return {
      partition: index,
      highWatermark: String(partition.end),
      lastStableOffset: String(partition.lastStable()),
      abortedTransactions: slice.aborted.map(({ producerId, first }) => ({
        producerId: String(producerId),
        firstOffset: String(first),
      })),
      messages,
    }
  }

  private partitionsOf({ topics }: FetchRequest): Asked[] {
    return topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, fetchOffset, maxBytes }) => ({
        topic,
        index: partition,
        offset: Number(fetchOffset),
        maxBytes,
        partition: this.options.partitionOf(topic, partition),
      })),
    )
  }
}

type PartitionData = Fetched['responses'][number]['partitions'][number]

const READ_COMMITTED = 1

const isOutside = ({ start, end }: Partition, offset: number): boolean =>
  offset < start || offset > end

const isReady =
  ({ isolationLevel }: FetchRequest) =>
  ({ partition, offset }: Asked): boolean =>
    partition === undefined ||
    isOutside(partition, offset) ||
    partition.hasMore(offset, isolationLevel === READ_COMMITTED)
