import type { Link, Reply } from '../world/network.ts'
import { type Broker, eachOffset } from './broker.ts'
import { protocolFailure } from './errors.ts'
import type { Joined, JoinRequest, MemberRequest, SyncRequest } from './groups.ts'
import type {
  AddPartitionsRequest,
  Fetched,
  FetchRequest,
  InitProducerIdRequest,
  ListedOffsets,
  ListOffsetsRequest,
  OffsetCommitRequest,
  OffsetFetchRequest,
  Owned,
  ProduceRequest,
  TxnOffsetCommitRequest,
} from './requests.ts'
import type { Identity } from './transactions.ts'
import type { Client } from './watch.ts'

export const REQUEST_TIMEOUT_MS = 5_000
/** As kafkajs: a join waits for all others. */
const JOIN_BEYOND_MS = 5_000

/** A broker as kafkajs sees it: a method for each request. */
export class Node {
  readonly nodeId = '0'
  private readonly broker: Broker
  private readonly client: Client
  private readonly link: () => Link

  constructor(broker: Broker, client: Client, link: () => Link) {
    this.broker = broker
    this.client = client
    this.link = link
  }

  isConnected(): boolean {
    return true
  }

  produce(request: ProduceRequest): Promise<object> {
    return this.link().call('Produce', (reply) => this.broker.produce(request, reply))
  }

  fetch(request: FetchRequest): Promise<Fetched> {
    return this.link().call('Fetch', (reply) => this.broker.fetch(request, this.client, reply))
  }

  listOffsets(request: ListOffsetsRequest): Promise<ListedOffsets> {
    return this.link().call('ListOffsets', (reply) => reply.ok(this.broker.listOffsets(request)))
  }

  initProducerId({
    transactionalId,
    transactionTimeout,
  }: InitProducerIdRequest): Promise<Identity> {
    const { transactions, watch } = this.broker
    return this.plain('InitProducerId', () => {
      const result = transactions.init(transactionalId, transactionTimeout)
      const isFence = transactionalId !== undefined && typeof result !== 'string'
      if (isFence) watch.fenced(this.client, transactionalId)
      return result
    })
  }

  addPartitionsToTxn(request: AddPartitionsRequest): Promise<object> {
    const { transactions, partitionOf } = this.broker
    return this.plain('AddPartitionsToTxn', () =>
      transactions.addPartitions(
        request.transactionalId,
        request,
        request.topics.flatMap(({ topic, partitions }) =>
          partitions.flatMap((index) => partitionOf(topic, Number(index)) ?? []),
        ),
      ),
    )
  }

  addOffsetsToTxn(request: Owned & { groupId: string }): Promise<object> {
    const { transactionalId, groupId } = request
    return this.plain('AddOffsetsToTxn', () =>
      this.broker.transactions.addGroup(transactionalId, request, groupId),
    )
  }

  txnOffsetCommit(request: TxnOffsetCommitRequest): Promise<object> {
    return this.plain('TxnOffsetCommit', () => this.broker.txnOffsetCommit(request))
  }

  endTxn(request: Owned & { transactionResult: boolean }): Promise<object> {
    const { transactionalId, transactionResult: isCommit } = request
    const { transactions, watch } = this.broker
    return this.plain('EndTxn', () => {
      const problem = transactions.end(transactionalId, request, isCommit)
      if (problem === undefined) watch.ended(this.client, transactionalId, isCommit)
      return problem
    })
  }

  joinGroup(request: JoinRequest): Promise<Joined> {
    const group = this.broker.group(request.groupId)
    return this.link().call(
      'JoinGroup',
      (reply: Reply<Joined>) => group.join(request, this.client.name, reply),
      request.rebalanceTimeout + JOIN_BEYOND_MS,
    )
  }

  syncGroup(request: SyncRequest): Promise<{ memberAssignment: Buffer }> {
    const group = this.broker.group(request.groupId)
    return this.link().call(
      'SyncGroup',
      (reply: Reply<{ memberAssignment: Buffer }>) => group.sync(request, reply),
      REQUEST_TIMEOUT_MS,
    )
  }

  heartbeat(request: MemberRequest): Promise<object> {
    return this.plain('Heartbeat', () => this.broker.group(request.groupId).heartbeat(request))
  }

  describeGroup(groupId: string): Promise<{ memberId: string; clientId: string }[]> {
    return this.link().call('DescribeGroups', (reply) =>
      reply.ok(this.broker.group(groupId).members()),
    )
  }

  leaveGroup({ groupId, memberId }: { groupId: string; memberId: string }): Promise<object> {
    return this.plain('LeaveGroup', () => {
      this.broker.group(groupId).leave(memberId)
      return undefined
    })
  }

  offsetCommit(request: OffsetCommitRequest): Promise<object> {
    const { groupId, topics } = request
    return this.plain('OffsetCommit', () => {
      const problem = this.broker.group(groupId).mayCommit(request)
      if (problem !== undefined) return problem
      eachOffset(topics, (topic, partition, offset) =>
        this.broker.offsets.commit(groupId, topic, partition, offset),
      )
      return undefined
    })
  }

  /** As it is: what an open transaction would commit is not waited for. */
  offsetFetch({ groupId, topics }: OffsetFetchRequest): Promise<object> {
    return this.plain('OffsetFetch', () => ({
      responses: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({
          partition,
          offset: this.broker.offsets.of(groupId, topic, partition),
          metadata: null,
        })),
      })),
    }))
  }

  /** Of requests that are answered with a value, with nothing, or with the name of an error. */
  private plain<T extends object>(name: string, execute: () => string | T | undefined): Promise<T> {
    return this.link().call(name, (reply: Reply<T>) => {
      const result = execute()
      if (typeof result === 'string') reply.fail(protocolFailure(result))
      else reply.ok(result ?? ({} as T))
    })
  }
}
