import Batch from 'kafkajs/src/consumer/batch'
import Decoder from 'kafkajs/src/protocol/decoder'
import decodeMessages from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages'

/** A record batch as it lies in the log (message format 2). */
export type RecordBatch = {
  baseOffset: number
  /** What the header says, whatever compaction has left in the batch. */
  lastOffset: number
  producerId?: number
  transactional?: boolean
  control?: boolean
  /** In ms since 1970. */
  firstTimestamp?: number
  records: Record[]
}

export type Header = { key: string; value: Buffer }
export type Record = {
  offset: number
  key: Buffer | null
  value: Buffer | null
  /** In ms, beyond the first one of the batch. */
  timestampDelta?: number
  headers?: Header[]
}

export type AbortedTransaction = { producerId: string; firstOffset: string }

/** What a fetch from `offset` makes of these batches, up to what a consumer would be given. */
export const fetched = async (
  offset: number,
  batches: readonly RecordBatch[],
  abortedTransactions: readonly AbortedTransaction[] = [],
): Promise<Batch> => {
  const log = Buffer.concat(batches.map(encode))
  const size = Buffer.alloc(4)
  size.writeInt32BE(log.length)
  const messages = await decodeMessages(new Decoder(Buffer.concat([size, log])))
  const [highWatermark, lastStableOffset] = ['1000', '1000']
  const data = { partition: 0, highWatermark, lastStableOffset, abortedTransactions, messages }
  return new Batch('topic', String(offset), data)
}

export const BATCH_HEADER_BYTES = 61
/** Where the checksum of a batch ends, and what it is of begins. */
export const CHECKSUM_END = 21
const MAGIC = 2
const TRANSACTIONAL = 0x10
const CONTROL = 0x20

const encode = (batch: RecordBatch): Buffer => {
  const { baseOffset, lastOffset, producerId = -1, firstTimestamp = 0, records } = batch
  const body = Buffer.concat(records.map((record) => encodeRecord(record, baseOffset)))
  const header = Buffer.alloc(BATCH_HEADER_BYTES)
  header.writeBigInt64BE(BigInt(baseOffset), 0)
  header.writeInt32BE(BATCH_HEADER_BYTES - 12 + body.length, 8)
  header.writeInt8(MAGIC, 16)
  const attributes = (batch.transactional ? TRANSACTIONAL : 0) | (batch.control ? CONTROL : 0)
  header.writeInt16BE(attributes, 21)
  header.writeInt32BE(lastOffset - baseOffset, 23)
  header.writeBigInt64BE(BigInt(firstTimestamp), 27)
  header.writeBigInt64BE(BigInt(producerId), 43)
  header.writeInt32BE(records.length, 57)
  return Buffer.concat([header, body])
}

/** A record as it lies in a batch that begins at this offset. */
export const encodeRecord = (record: Record, baseOffset: number): Buffer => {
  const { offset, key, value, timestampDelta = 0, headers = [] } = record
  const content = Buffer.concat([
    Buffer.from([0]),
    varint(timestampDelta),
    varint(offset - baseOffset),
    bytes(key),
    bytes(value),
    varint(headers.length),
    ...headers.flatMap((header) => [bytes(Buffer.from(header.key)), bytes(header.value)]),
  ])
  return Buffer.concat([varint(content.length), content])
}

const bytes = (value: Buffer | null): Buffer =>
  value === null ? varint(-1) : Buffer.concat([varint(value.length), value])

/** Zigzag, seven bits a byte, least significant first. */
const varint = (value: number): Buffer => {
  const out: number[] = []
  let rest = BigInt(value >= 0 ? value * 2 : -value * 2 - 1)
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  return Buffer.from([...out, Number(rest)])
}

/** CRC-32C (Castagnoli), a bit at a time: nothing that could be wrong in the same way. */
export const crc32c = (data: Buffer): number => {
  let crc = 0xffffffff
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
  }
  return ~crc >>> 0
}
