import type { Reply, Server } from '../world/network.ts'
import type { Process } from '../world/queue.ts'
import type { World } from '../world/world.ts'
import { protocolFailure } from './errors.ts'
import { Fetches } from './fetches.ts'
import { Membership } from './groups.ts'
import { type Offsets, offsetStore } from './offsets.ts'
import { Partition, PLAIN, type Sent } from './partition.ts'
import type {
  Fetched,
  FetchRequest,
  ListedOffsets,
  ListOffsetsRequest,
  ProduceRequest,
  TopicOffsets,
  TxnOffsetCommitRequest,
} from './requests.ts'
import { sequences } from './sequences.ts'
import { Transactions } from './transactions.ts'
import type { Client, Watch } from './watch.ts'

export type BrokerOptions = {
  world: World
  topics: readonly string[]
  partitions: number
  /** A marker is written this late at most. */
  markerDelayMs: number
  /** A fetch brings one batch only, with this probability. */
  shortFetch: number
  watch: Watch
}

/** One broker with everything that the services ask of it; its state survives its crashes. */
export class Broker {
  readonly process: Process
  readonly server: Server
  readonly topics: Map<string, Partition[]>
  readonly offsets: Offsets
  readonly transactions: Transactions
  readonly watch: Watch
  private readonly world: World
  private readonly fetches: Fetches
  private readonly groups = new Map<string, Membership>()
  private readonly written = sequences()
  private isUp = true
  private connections = 0

  constructor(options: BrokerOptions) {
    const { world, topics, partitions, watch, markerDelayMs, shortFetch } = options
    const { random } = world
    this.world = world
    this.watch = watch
    this.process = world.spawn('log')
    this.server = { process: this.process, isUp: () => this.isUp, links: new Set() }
    this.topics = new Map(
      topics.map((topic) => [
        topic,
        Array.from({ length: partitions }, (_, index) => new Partition(topic, index)),
      ]),
    )
    this.offsets = offsetStore(watch.committed)
    this.fetches = new Fetches({
      after: this.after,
      partitionOf: this.partitionOf,
      isShort: () => random.chance(shortFetch),
    })
    this.transactions = new Transactions({
      after: this.after,
      markerDelayMs: () => random.next() * markerDelayMs,
      overlookedMs: () => random.next() * 1_000,
      mark: ({ producerId, producerEpoch }, to, isCommit) => {
        world.trace?.(`log: ${isCommit ? 'commit' : 'abort'} of ${producerId} in ${nameOf(to)}`)
        if (typeof to === 'string') return this.offsets.settle(producerId, to, isCommit)
        to.mark(producerId, producerEpoch, isCommit, world.now())
        this.fetches.wake(to)
      },
    })
  }

  private readonly after = (ms: number, run: () => void) => this.world.after(ms, this.process, run)

  readonly partitionOf = (topic: string, partition: number): Partition | undefined =>
    this.topics.get(topic)?.[partition]

  group(id: string): Membership {
    const known = this.groups.get(id)
    if (known !== undefined) return known
    const { random, now } = this.world
    const newMemberId = () => `member-${random.integer(0, 0x7fffffff).toString(36)}`
    const made = new Membership({ now, after: this.after, newMemberId })
    this.groups.set(id, made)
    return made
  }

  nextConnection(): number {
    this.connections += 1
    return this.connections
  }

  produce(request: ProduceRequest, reply: Reply<object>): void {
    const topics: object[] = []
    for (const { topic, partitions } of request.topicData) {
      const appended: object[] = []
      for (const part of partitions) {
        const problem = this.append(request, topic, part)
        if (problem !== undefined) return reply.fail(protocolFailure(problem))
        appended.push({ partition: part.partition, errorCode: 0, baseOffset: '0' })
      }
      topics.push({ topicName: topic, partitions: appended })
    }
    reply.ok({ topics })
  }

  private append(
    { producerId, producerEpoch, transactionalId }: ProduceRequest,
    topic: string,
    part: ProduceRequest['topicData'][number]['partitions'][number],
  ): string | undefined {
    const partition = this.partitionOf(topic, part.partition)
    if (partition === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
    const isTransactional = transactionalId !== undefined
    const problem = isTransactional
      ? this.transactions.verify({ producerId, producerEpoch }, partition)
      : undefined
    if (problem !== undefined) return problem
    const { messages, firstSequence } = part
    const writer = { producerId, epoch: producerEpoch, isTransactional }
    const known = this.written.check(partition, writer, firstSequence, messages.length)
    if (known === 'out of order') return 'OUT_OF_ORDER_SEQUENCE_NUMBER'
    if (known === 'repeated') return undefined
    const sent = messages.map(({ key, value, headers }) => ({
      key: bytes(key),
      value: bytes(value),
      ...(headers && { headers: bytesOf(headers) }),
    }))
    partition.append(sent, isTransactional ? writer : PLAIN, this.world.now())
    this.fetches.wake(partition)
    return undefined
  }

  fetch(request: FetchRequest, client: Client, reply: Reply<Fetched>): void {
    for (const { topic, partitions } of request.topics) {
      for (const { partition, fetchOffset } of partitions) {
        this.watch.fetched(client, { topic, partition, offset: Number(fetchOffset) }, (group) =>
          Number(this.offsets.of(group, topic, partition)),
        )
      }
    }
    this.fetches.fetch(request, reply)
  }

  listOffsets({ topics }: ListOffsetsRequest): ListedOffsets {
    const responses = topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition: index, timestamp }) => {
        const partition = this.partitionOf(topic, index)
        const offset = timestamp === EARLIEST ? partition?.start : partition?.end
        return { partition: index, offset: String(offset ?? -1) }
      }),
    }))
    return { responses }
  }

  txnOffsetCommit(request: TxnOffsetCommitRequest): string | undefined {
    const { producerId, producerEpoch, groupId } = request
    const problem = this.transactions.verify({ producerId, producerEpoch }, groupId)
    if (problem !== undefined) return problem
    eachOffset(request.topics, (topic, partition, offset) =>
      this.offsets.prepare(producerId, groupId, topic, partition, offset),
    )
    return undefined
  }

  /** Closes all connections and answers nobody until `startAgain`. */
  stop(): void {
    this.isUp = false
    this.fetches.forgetAll()
    for (const link of this.server.links) link.cut()
  }

  startAgain(): void {
    this.isUp = true
  }

  /** Appends without anybody having sent it. */
  put(partition: Partition, sent: readonly Sent[]): void {
    partition.append(sent, PLAIN, this.world.now())
    this.fetches.wake(partition)
  }
}

/** Calls back for each offset of a request. */
export const eachOffset = (
  topics: readonly TopicOffsets[],
  take: (topic: string, partition: number, offset: string) => void,
): void => {
  for (const { topic, partitions } of topics) {
    for (const { partition, offset } of partitions) take(topic, partition, String(offset))
  }
}

const bytes = (text: string | Buffer | null | undefined): Buffer | null =>
  text === null || text === undefined ? null : Buffer.from(text)

const bytesOf = (headers: Record<string, string>): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]))

const nameOf = (to: Partition | string): string =>
  typeof to === 'string' ? to : `${to.topic}/${to.partition}`

const EARLIEST = -2
