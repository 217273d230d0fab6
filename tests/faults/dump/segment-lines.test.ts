import { expect, test } from 'bun:test'
import type { Batch, TransactionNote } from './dump.ts'
import { segmentParser, transactionParser } from './segment-lines.ts'

/** Lines as DumpLogSegments of Apache Kafka 4.1 prints them. */
const BATCHES = `
Dumping kafka/log/bankTransaction-0/00000000000000000000.log
Log starting offset: 0
baseOffset: 0 lastOffset: 1 count: 2 baseSequence: 0 lastSequence: 1 producerId: 7 producerEpoch: 3 partitionLeaderEpoch: 0 isTransactional: true isControl: false deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: 1795567924554 size: 98 magic: 2 compresscodec: none crc: 2659202929 isvalid: true
| offset: 0 CreateTime: 1795567924554 keySize: 1 valueSize: 2 sequence: 0 headerKeys: []
| offset: 1 CreateTime: 1795567924554 keySize: 3 valueSize: 17 sequence: 1 headerKeys: []
baseOffset: 2 lastOffset: 2 count: 1 baseSequence: -1 lastSequence: -1 producerId: 7 producerEpoch: 3 partitionLeaderEpoch: 0 isTransactional: true isControl: true deleteHorizonMs: OptionalLong.empty position: 98 CreateTime: 1795567924608 size: 78 magic: 2 compresscodec: none crc: 4022801141 isvalid: true
| offset: 2 CreateTime: 1795567924608 keySize: 4 valueSize: 6 sequence: -1 headerKeys: [] endTxnMarker: ABORT coordinatorEpoch: 0
Dumping /data/log/__consumer_offsets-3/00000000000000000000.log
Log starting offset: 0
baseOffset: 0 lastOffset: 0 count: 1 baseSequence: 0 lastSequence: 0 producerId: -1 producerEpoch: -1 partitionLeaderEpoch: 0 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: 1795567925260 size: 108 magic: 2 compresscodec: none crc: 1468934188 isvalid: true
| offset: 0 CreateTime: 1795567925260 keySize: 16 valueSize: 24 sequence: 0 headerKeys: [] key: {"type":"1","data":{"group":"g","topic":"order","partition":1}} payload: {"version":"4","data":{"offset":5,"leaderEpoch":-1,"metadata":"","commitTimestamp":1795567925256}}
baseOffset: 1 lastOffset: 1 count: 1 baseSequence: 0 lastSequence: 0 producerId: -1 producerEpoch: -1 partitionLeaderEpoch: 0 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty position: 186 CreateTime: 1795567926325 size: 112 magic: 2 compresscodec: none crc: 3342727609 isvalid: true
| offset: 1 CreateTime: 1795567926325 keySize: 16 valueSize: -1 sequence: 1 headerKeys: [] key: {"type":"1","data":{"group":"g","topic":"order","partition":1}} payload: <DELETE>
| offset: 1 CreateTime: 1795567926325 keySize: 20 valueSize: 24 sequence: 0 headerKeys: [] key: {"type":"2","data":{"group":"g"}} payload: {"version":"3","data":{"protocolType":"","generation":0,"protocol":null,"leader":null,"currentStateTimestamp":1795567926320,"members":[]}}
`

test('batches have their writer, their end and their offsets', () => {
  const batches: Batch[] = []
  const parser = segmentParser((batch) => batches.push(batch))
  for (const line of BATCHES.split('\n')) parser.line(line)
  parser.end()
  const writer = { producerId: 7, producerEpoch: 3, isTransactional: true }
  const nobody = { producerId: -1, producerEpoch: -1, isTransactional: false }
  const topic = { topic: 'bankTransaction', partition: 0 }
  const offsets = { topic: '__consumer_offsets', partition: 3, count: 1 }
  expect(batches).toEqual([
    { ...topic, baseOffset: 0, lastOffset: 1, count: 2, ...writer },
    { ...topic, baseOffset: 2, lastOffset: 2, count: 1, ...writer, control: 'ABORT' },
    {
      ...offsets,
      baseOffset: 0,
      lastOffset: 0,
      ...nobody,
      commits: [{ group: 'g', topic: 'order', partition: 1, offset: 5 }],
    },
    {
      ...offsets,
      baseOffset: 1,
      lastOffset: 1,
      ...nobody,
      commits: [{ group: 'g', topic: 'order', partition: 1, offset: null }],
    },
  ])
})

const note = (status: number, partitions: object[] | null) =>
  `| offset: 2 CreateTime: 1 keySize: 5 valueSize: 57 sequence: -1 headerKeys: [] key: {"type":"0","data":{"transactionalId":"x"}} payload: {"version":"1","data":{"producerId":4,"producerEpoch":2,"transactionTimeoutMs":60000,"transactionStatus":${status},"transactionPartitions":${JSON.stringify(partitions)},"transactionLastUpdateTimestampMs":1,"transactionStartTimestampMs":1}}`

test('transactions are noted when their end is decided, and what came last of each', () => {
  const notes: TransactionNote[] = []
  const parser = transactionParser((each) => notes.push(each))
  const partitions = [{ topic: 'order', partitionIds: [0, 2] }]
  for (const line of [note(0, null), note(1, partitions), note(2, partitions), note(4, [])]) {
    parser.line(line)
  }
  parser.end()
  const producer = { transactionalId: 'x', producerId: 4, producerEpoch: 2 }
  expect(notes).toEqual([
    { ...producer, state: 'PrepareCommit', partitions: ['order/0', 'order/2'] },
    { ...producer, state: 'CompleteCommit', partitions: [] },
  ])
})
