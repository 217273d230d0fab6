import type { Event } from '../world/queue.ts'
import type { Partition } from './partition.ts'

/** What a transaction writes to: partitions, and the offsets of groups. */
export type Participants = { partitions: Set<Partition>; groups: Set<string> }

export type Identity = { producerId: number; producerEpoch: number }

/** What the coordinator writes down of a transaction that is decided, or over. */
export type Note = {
  transactionalId: string
  producerId: number
  producerEpoch: number
  state: string
  /** As `topic/partition`. */
  partitions: string[]
}

export type TransactionsOptions = {
  after: (ms: number, run: () => void) => Event
  /** How long it takes until a marker is written. */
  markerDelayMs: () => number
  /** How long a timed out transaction may be overlooked. */
  overlookedMs: () => number
  mark: (who: Identity, to: Partition | string, isCommit: boolean) => void
}

type State = Participants & {
  id: string
  producerId: number
  epoch: number
  timeoutMs: number
  phase: 'empty' | 'ongoing' | 'ending' | 'complete'
  isCommit: boolean
  expiry: Event | undefined
}

/** The transaction coordinator: answers with the name of an error, or undefined when all is well. */
export class Transactions {
  readonly notes: Note[] = []
  private readonly options: TransactionsOptions
  private readonly byId = new Map<string, State>()
  private readonly byProducer = new Map<number, State>()
  private lastProducerId = 1_000

  constructor(options: TransactionsOptions) {
    this.options = options
  }

  /** Fences whoever had the id. An open transaction of it is aborted first, and says so. */
  init(id: string | undefined, timeoutMs: number): Identity | string {
    const known = id === undefined ? undefined : this.byId.get(id)
    if (known === undefined) return this.create(id, timeoutMs)
    if (known.phase === 'ending') return 'CONCURRENT_TRANSACTIONS'
    known.epoch += 1
    if (known.phase === 'ongoing') {
      this.finish(known, false)
      return 'CONCURRENT_TRANSACTIONS'
    }
    known.phase = 'empty'
    known.timeoutMs = timeoutMs
    return { producerId: known.producerId, producerEpoch: known.epoch }
  }

  private create(id: string | undefined, timeoutMs: number): Identity {
    this.lastProducerId += 1
    const producerId = this.lastProducerId
    if (id === undefined) return { producerId, producerEpoch: 0 }
    const state: State = {
      id,
      producerId,
      epoch: 0,
      timeoutMs,
      phase: 'empty',
      isCommit: false,
      expiry: undefined,
      partitions: new Set(),
      groups: new Set(),
    }
    this.byId.set(id, state)
    this.byProducer.set(producerId, state)
    return { producerId, producerEpoch: 0 }
  }

  addPartitions(id: string, who: Identity, partitions: readonly Partition[]): string | undefined {
    return this.join(id, who, (state) => {
      for (const partition of partitions) state.partitions.add(partition)
    })
  }

  addGroup(id: string, who: Identity, group: string): string | undefined {
    return this.join(id, who, (state) => state.groups.add(group))
  }

  private join(id: string, who: Identity, add: (state: State) => void): string | undefined {
    const state = this.stateOf(id, who)
    if (typeof state === 'string') return state
    if (state.phase === 'ending') return 'CONCURRENT_TRANSACTIONS'
    if (state.phase !== 'ongoing') {
      const { after, overlookedMs } = this.options
      state.phase = 'ongoing'
      state.expiry = after(state.timeoutMs + overlookedMs(), () => this.expire(state))
    }
    add(state)
    return undefined
  }

  private expire(state: State): void {
    if (state.phase !== 'ongoing') return
    state.epoch += 1
    this.finish(state, false)
  }

  end(id: string, who: Identity, isCommit: boolean): string | undefined {
    const state = this.stateOf(id, who)
    if (typeof state === 'string') return state
    if (state.phase === 'ongoing') {
      // Decided from here on, though the markers are still to be written.
      this.finish(state, isCommit)
      return undefined
    }
    if (state.phase === 'empty' || state.isCommit !== isCommit) return 'INVALID_TXN_STATE'
    return state.phase === 'ending' ? 'CONCURRENT_TRANSACTIONS' : undefined
  }

  private finish(state: State, isCommit: boolean): void {
    const { after, markerDelayMs, mark } = this.options
    state.phase = 'ending'
    state.isCommit = isCommit
    if (state.expiry !== undefined) state.expiry.isCancelled = true
    const written = [...state.partitions, ...state.groups]
    const who = { producerId: state.producerId, producerEpoch: state.epoch }
    this.note(state, 'Prepare')
    let left = written.length
    for (const participant of written) {
      after(markerDelayMs(), () => {
        mark(who, participant, isCommit)
        left -= 1
        if (left > 0) return
        state.phase = 'complete'
        state.partitions.clear()
        state.groups.clear()
        this.note(state, 'Complete')
      })
    }
  }

  private note(state: State, phase: 'Prepare' | 'Complete'): void {
    const { id: transactionalId, producerId, epoch: producerEpoch, isCommit } = state
    const partitions = [...state.partitions].map(({ topic, partition }) => `${topic}/${partition}`)
    if (state.groups.size > 0) partitions.push('__consumer_offsets/0')
    const named = `${phase}${isCommit ? 'Commit' : 'Abort'}`
    this.notes.push({ transactionalId, producerId, producerEpoch, state: named, partitions })
  }

  /** Whether this producer may write there now (KIP-890, first part). */
  verify({ producerId, producerEpoch }: Identity, to: Partition | string): string | undefined {
    const state = this.byProducer.get(producerId)
    if (state === undefined) return 'INVALID_PRODUCER_ID_MAPPING'
    if (state.epoch !== producerEpoch) return 'INVALID_PRODUCER_EPOCH'
    const isIn = typeof to === 'string' ? state.groups.has(to) : state.partitions.has(to)
    return state.phase === 'ongoing' && isIn ? undefined : 'INVALID_TXN_STATE'
  }

  private stateOf(id: string, { producerId, producerEpoch }: Identity): State | string {
    const state = this.byId.get(id)
    if (state === undefined || state.producerId !== producerId) return 'INVALID_PRODUCER_ID_MAPPING'
    return state.epoch === producerEpoch ? state : 'INVALID_PRODUCER_EPOCH'
  }
}
