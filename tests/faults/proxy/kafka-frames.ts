import type { ApiName, KafkaCall } from './types.ts'

/** A request: its first fields, and the number by which its answer is known. */
export type KafkaRequest = { correlationId: number; call: KafkaCall | undefined }

/** Numbers of the protocol, and the first version whose strings are written the compact way. */
const APIS: readonly { key: number; name: ApiName; compactFrom: number }[] = [
  { key: 0, name: 'Produce', compactFrom: 9 },
  { key: 1, name: 'Fetch', compactFrom: 12 },
  { key: 2, name: 'ListOffsets', compactFrom: 6 },
  { key: 3, name: 'Metadata', compactFrom: 9 },
  { key: 8, name: 'OffsetCommit', compactFrom: 8 },
  { key: 9, name: 'OffsetFetch', compactFrom: 6 },
  { key: 10, name: 'FindCoordinator', compactFrom: 3 },
  { key: 11, name: 'JoinGroup', compactFrom: 6 },
  { key: 12, name: 'Heartbeat', compactFrom: 4 },
  { key: 13, name: 'LeaveGroup', compactFrom: 4 },
  { key: 14, name: 'SyncGroup', compactFrom: 4 },
  { key: 22, name: 'InitProducerId', compactFrom: 2 },
  { key: 24, name: 'AddPartitionsToTxn', compactFrom: 3 },
  { key: 25, name: 'AddOffsetsToTxn', compactFrom: 3 },
  { key: 26, name: 'EndTxn', compactFrom: 3 },
  { key: 28, name: 'TxnOffsetCommit', compactFrom: 3 },
]

/** Whose first field is a transactional id, from and below which version. */
const TRANSACTIONAL: Partial<Record<ApiName, { from: number; below: number }>> = {
  Produce: { from: 3, below: 100 },
  InitProducerId: { from: 0, below: 100 },
  AddPartitionsToTxn: { from: 0, below: 4 },
  AddOffsetsToTxn: { from: 0, below: 100 },
  EndTxn: { from: 0, below: 100 },
  TxnOffsetCommit: { from: 0, below: 100 },
}
/** Whose first field is the id of a group, below which version. */
const OF_A_GROUP: Partial<Record<ApiName, number>> = {
  JoinGroup: 100,
  SyncGroup: 100,
  Heartbeat: 100,
  LeaveGroup: 100,
  OffsetCommit: 100,
  OffsetFetch: 8,
}
const LENGTH_BYTES = 4

/** For a `splitter`: every message begins with its length, which does not count itself. */
export const frameSize = (bytes: Buffer): number | undefined =>
  bytes.length < LENGTH_BYTES ? undefined : LENGTH_BYTES + bytes.readInt32BE(0)

/** Reads the head of a request frame; `call` is undefined for an API that nobody asks about. */
export const readRequest = (frame: Buffer): KafkaRequest => {
  const key = frame.readInt16BE(4)
  const version = frame.readInt16BE(6)
  const correlationId = frame.readInt32BE(8)
  const api = APIS.find((each) => each.key === key)
  if (api === undefined) return { correlationId, call: undefined }
  const reader = fieldReader(frame, 12)
  const clientId = reader.text()
  const isCompact = version >= api.compactFrom
  if (isCompact) reader.skipTags()
  const text = () => (isCompact ? reader.compactText() : reader.text())

  const call: KafkaCall = {
    api: api.name,
    version,
    clientId,
    transactionalId: undefined,
    groupId: undefined,
    commit: undefined,
  }
  const transactional = TRANSACTIONAL[api.name]
  if (transactional && version >= transactional.from && version < transactional.below) {
    call.transactionalId = text()
    if (api.name === 'TxnOffsetCommit') call.groupId = text()
    // Between them the producer's id and epoch: 8 and 2 bytes.
    if (api.name === 'EndTxn') call.commit = reader.past(10).byte() !== 0
  }
  if (version < (OF_A_GROUP[api.name] ?? 0)) call.groupId = text()
  return { correlationId, call }
}

/** The answer's correlation id. */
export const answeredId = (frame: Buffer): number => frame.readInt32BE(LENGTH_BYTES)

/** APIs whose answer is a throttle time and one error code, and then perhaps more. */
const ONE_ERROR = new Set<ApiName>(['EndTxn', 'InitProducerId', 'AddOffsetsToTxn'])

/** Whether the broker refused, as far as the answers of this API tell it in one place. */
export const isRefusal = ({ api, version }: KafkaCall, answer: Buffer): boolean => {
  if (!ONE_ERROR.has(api)) return false
  const compactFrom = APIS.find(({ name }) => name === api)?.compactFrom ?? 0
  const tags = version >= compactFrom ? 1 : 0
  return answer.readInt16BE(LENGTH_BYTES + 4 + tags + 4) !== 0
}

const fieldReader = (bytes: Buffer, start: number) => {
  let at = start
  const take = (length: number): string | undefined => {
    if (length < 0) return undefined
    at += length
    return bytes.toString('utf8', at - length, at)
  }
  const varint = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at)
      at += 1
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const reader = {
    text: (): string | undefined => {
      at += 2
      return take(bytes.readInt16BE(at - 2))
    },
    compactText: (): string | undefined => take(varint() - 1),
    skipTags: (): void => {
      for (let left = varint(); left > 0; left -= 1) {
        varint()
        take(varint())
      }
    },
    past: (length: number) => {
      at += length
      return reader
    },
    byte: (): number => {
      at += 1
      return bytes.readUInt8(at - 1)
    },
  }
  return reader
}
