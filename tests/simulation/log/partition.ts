/** A message in the shape that kafkajs makes of it, so that nothing is copied for a reader. */
export type LogMessage = {
  offset: string
  key: Buffer | null
  value: Buffer | null
  timestamp: string
  attributes: number
  headers: Record<string, Buffer>
  isControlRecord: boolean
  batchContext: { producerId: string; inTransaction: boolean }
}

/** What was appended by one request, or one marker. Compaction may leave it with gaps. */
export type LogBatch = Writer & {
  first: number
  last: number
  control: 'COMMIT' | 'ABORT' | undefined
  bytes: number
  messages: LogMessage[]
}

export type Sent = {
  key: Buffer | null
  value: Buffer | null
  headers?: Record<string, Buffer>
}

/** Who writes: nobody special (-1), or a producer whose records are numbered. */
export type Writer = { producerId: number; epoch: number; isTransactional: boolean }

export const PLAIN: Writer = { producerId: -1, epoch: -1, isTransactional: false }

export type Aborted = { producerId: number; first: number; last: number }

/** What a fetch finds. */
export type Slice = {
  messages: LogMessage[]
  /** The last offset that the batches cover, whatever compaction left of them. */
  lastOffset: number | undefined
  aborted: readonly Aborted[]
}

/** One partition of a topic. Everything in it is done at once; waiting is for who calls. */
export class Partition {
  readonly topic: string
  readonly partition: number
  /** The first offset that is retained. */
  start = 0
  /** One past the last. */
  end = 0
  batches: LogBatch[] = []
  aborted: Aborted[] = []
  /** One past the last offset that anybody was ever shown. */
  shown = 0
  /** The first offset of each open transaction, by its producer. */
  private readonly open = new Map<number, number>()

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  /** Below it nothing is undecided. */
  lastStable(): number {
    let stable = this.end
    for (const first of this.open.values()) if (first < stable) stable = first
    return stable
  }

  append(sent: readonly Sent[], writer: Writer, timestamp: number): void {
    const { producerId, isTransactional } = writer
    if (isTransactional && !this.open.has(producerId)) this.open.set(producerId, this.end)
    const batchContext = { producerId: String(producerId), inTransaction: isTransactional }
    const messages = sent.map(({ key, value, headers = NO_HEADERS }, index) => ({
      offset: String(this.end + index),
      key,
      value,
      timestamp: String(timestamp),
      attributes: 0,
      headers,
      isControlRecord: false,
      batchContext,
    }))
    this.push(messages, writer, undefined)
  }

  /** Ends the producer's transaction here, with a record of its own. */
  mark(producerId: number, epoch: number, isCommit: boolean, timestamp: number): void {
    const first = this.open.get(producerId)
    if (!isCommit && first !== undefined) this.aborted.push({ producerId, first, last: this.end })
    this.open.delete(producerId)
    const marker: LogMessage = {
      offset: String(this.end),
      key: isCommit ? COMMIT_KEY : ABORT_KEY,
      value: NO_BYTES,
      timestamp: String(timestamp),
      attributes: 0,
      headers: NO_HEADERS,
      isControlRecord: true,
      batchContext: { producerId: String(producerId), inTransaction: true },
    }
    const writer = { producerId, epoch, isTransactional: true }
    this.push([marker], writer, isCommit ? 'COMMIT' : 'ABORT')
  }

  private push(messages: LogMessage[], writer: Writer, control: LogBatch['control']): void {
    let bytes = 61
    for (const { key, value } of messages) {
      bytes += 70 + (key?.length ?? 0) + (value?.length ?? 0)
    }
    const last = this.end + messages.length - 1
    this.batches.push({ first: this.end, last, ...writer, control, bytes, messages })
    this.end = last + 1
  }

  /** From the batch that holds `offset` on, whole batches, at least one if there is any. */
  read(offset: number, bytesMax: number, isCommitted: boolean): Slice {
    const limit = isCommitted ? this.lastStable() : this.end
    const messages: LogMessage[] = []
    let lastOffset: number | undefined
    let bytes = 0
    for (let index = this.indexOf(offset); index < this.batches.length; index += 1) {
      const batch = this.batches[index] as LogBatch
      if (batch.first >= limit || (bytes > 0 && bytes + batch.bytes > bytesMax)) break
      messages.push(...batch.messages)
      lastOffset = batch.last
      bytes += batch.bytes
    }
    if (lastOffset === undefined) return { messages, lastOffset, aborted: [] }
    this.shown = Math.max(this.shown, lastOffset + 1)
    const end = lastOffset
    const isWithin = ({ first, last }: Aborted) => last >= offset && first <= end
    return { messages, lastOffset, aborted: isCommitted ? this.aborted.filter(isWithin) : [] }
  }

  hasMore(offset: number, isCommitted: boolean): boolean {
    const last = this.batches.at(-1)
    if (last === undefined || last.last < offset) return false
    if (!isCommitted) return true
    const next = this.batches[this.indexOf(offset)]
    return next !== undefined && next.first < this.lastStable()
  }

  /** Keeps the latest record of each key below the last stable offset. */
  compact(): void {
    const limit = this.lastStable()
    const latest = new Map<string, string>()
    const isKept = ({ control, last }: LogBatch) => control !== undefined || last >= limit
    for (const batch of this.batches) {
      if (isKept(batch) || isAborted(batch, this.aborted)) continue
      for (const { key, offset } of batch.messages) latest.set(String(key), offset)
    }
    this.batches = this.batches.flatMap((batch, index) => {
      if (isKept(batch)) return [batch]
      const messages = isAborted(batch, this.aborted)
        ? []
        : batch.messages.filter(({ key, offset }) => latest.get(String(key)) === offset)
      // Some batches stay though nothing is left in them.
      return messages.length === 0 && index % 3 !== 0 ? [] : [{ ...batch, messages }]
    })
  }

  /** Forgets everything from there on, as a broker that lost its unflushed tail. */
  truncateTo(end: number): void {
    this.batches = this.batches.filter(({ last }) => last < end)
    this.aborted = this.aborted.filter(({ last }) => last < end)
    this.end = end
  }

  /** Forgets everything before. */
  deleteBefore(start: number): void {
    this.batches = this.batches.filter(({ last }) => last >= start)
    this.start = Math.max(this.start, start)
  }

  /** Of the first batch that reaches as far as the offset. */
  private indexOf(offset: number): number {
    let low = 0
    let high = this.batches.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.batches[middle] as LogBatch).last < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

const NO_BYTES = Buffer.alloc(0)
/** The version and the type of a control record, an int16 each. */
const ABORT_KEY = Buffer.from([0, 0, 0, 0])
const COMMIT_KEY = Buffer.from([0, 0, 0, 1])
const NO_HEADERS = {}

/** Whether the batch belongs to a transaction that was aborted. */
export const isAborted = (
  { producerId, isTransactional, first, last }: LogBatch,
  aborted: readonly Aborted[],
): boolean =>
  isTransactional &&
  aborted.some((one) => one.producerId === producerId && one.first <= first && last < one.last)
