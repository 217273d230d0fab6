import createRetry from 'kafkajs/src/retry'
import { Link, type LinkOptions, type Weather } from '../world/network.ts'
import type { Process } from '../world/queue.ts'
import type { World } from '../world/world.ts'
import type { Broker } from './broker.ts'
import { linkErrors } from './errors.ts'
import { Node, REQUEST_TIMEOUT_MS } from './node.ts'

export type ClusterOptions = {
  world: World
  broker: Broker
  process: Process
  weather: () => Weather
  isolationLevel?: 0 | 1
}

/** As in shared/kafka/client.ts; factor and multiplier are said, because a test run has others. */
export const CLUSTER_RETRY = {
  initialRetryTime: 50,
  maxRetryTime: 2_000,
  retries: 5,
  factor: 0.2,
  multiplier: 2,
}

type Offsets = Record<string, Record<string, string>>
type Place = { groupId: string; topic: string; partition: number; offset: string }

/** What kafkajs' clients ask of their cluster: one broker that leads and coordinates everything. */
export class Cluster {
  readonly retry = CLUSTER_RETRY
  readonly targetTopics = new Set<string>()
  private readonly broker: Broker
  private readonly isolationLevel: 0 | 1
  private readonly linkOptions: LinkOptions
  private readonly node: Node
  private readonly retrier = createRetry(CLUSTER_RETRY)
  private readonly committed = new Map<string, Offsets>()
  private link: Link

  constructor({ world, broker, process, weather, isolationLevel = 0 }: ClusterOptions) {
    this.broker = broker
    this.isolationLevel = isolationLevel
    const { server } = broker
    const timeoutMs = REQUEST_TIMEOUT_MS
    this.linkOptions = { world, process, server, weather, errors: linkErrors, timeoutMs }
    this.link = new Link(this.linkOptions)
    const client = { name: process.name, connection: broker.nextConnection() }
    this.node = new Node(broker, client, () => this.link)
  }

  connect(): Promise<void> {
    return this.retrier(() => this.link.call<void>('Connect', (reply) => reply.ok()))
  }

  disconnect(): Promise<void> {
    this.link.close()
    // Whoever asks again is connected again, as with kafkajs.
    this.link = new Link(this.linkOptions)
    return DONE
  }

  isConnected(): boolean {
    return true
  }

  removeBroker(): void {}

  addTargetTopic(): Promise<void> {
    return DONE
  }

  addMultipleTargetTopics(): Promise<void> {
    return DONE
  }

  refreshMetadata(): Promise<void> {
    return DONE
  }

  refreshMetadataIfNecessary(): Promise<void> {
    return DONE
  }

  getNodeIds(): string[] {
    return [this.node.nodeId]
  }

  findBroker(): Promise<Node> {
    return Promise.resolve(this.node)
  }

  findControllerBroker(): Promise<Node> {
    return Promise.resolve(this.node)
  }

  findGroupCoordinator(): Promise<Node> {
    return Promise.resolve(this.node)
  }

  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[] {
    const partitions = this.broker.topics.get(topic) ?? []
    return partitions.map(({ partition }) => ({ partitionId: partition, leader: 0 }))
  }

  findLeaderForPartitions(_topic: string, partitions: (string | number)[]) {
    return partitions.length === 0 ? {} : { [this.node.nodeId]: partitions.map(Number) }
  }

  defaultOffset({ fromBeginning }: { fromBeginning?: boolean }): number {
    return fromBeginning ? EARLIEST : LATEST
  }

  /** kafkajs' own memory of what its group has committed. */
  committedOffsets({ groupId }: { groupId: string }): Offsets {
    const known = this.committed.get(groupId) ?? {}
    this.committed.set(groupId, known)
    return known
  }

  markOffsetAsCommitted({ groupId, topic, partition, offset }: Place): void {
    const offsets = this.committedOffsets({ groupId })
    offsets[topic] = { ...offsets[topic], [partition]: offset }
  }

  async fetchTopicsOffset(
    topics: { topic: string; partitions: { partition: number }[]; fromBeginning?: boolean }[],
  ) {
    const { responses } = await this.node.listOffsets({
      isolationLevel: this.isolationLevel,
      topics: topics.map(({ topic, partitions, fromBeginning }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({
          partition,
          timestamp: fromBeginning ? EARLIEST : LATEST,
        })),
      })),
    })
    return responses
  }
}

const LATEST = -1
const EARLIEST = -2
const DONE = Promise.resolve()
