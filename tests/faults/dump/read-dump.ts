import { join } from 'node:path'
import type * as v from 'valibot'
import {
  type Bytes,
  type Dump,
  type DumpRecord,
  type Operation,
  TOPIC_NAMES,
  type Topic,
  type TopicName,
} from './dump.ts'
import { parse, readAll, readLines } from './json-lines.ts'
import {
  BatchLine,
  FaultLine,
  HistoryLine,
  OffsetsFile,
  RecordLine,
  RunFile,
  TransactionLine,
} from './lines.ts'
import {
  AccountRow,
  BalanceRow,
  CheckpointRow,
  JournalRow,
  MessageRow,
  OrderRow,
  OutboxRow,
  TransactionRow,
} from './rows.ts'

/** Reads a dump. Throws when a file is missing, or holds something that no dump does. */
export const readDump = async (folder: string): Promise<Dump> => ({
  run: await readFile(join(folder, 'run.json'), RunFile),
  operations: await readHistory(join(folder, 'history.jsonl')),
  topics: await readTopics(join(folder, 'topics')),
  offsets: await readFile(join(folder, 'offsets.json'), OffsetsFile),
  tables: await readTables(join(folder, 'tables')),
  faults: (await readAll(join(folder, 'faults.jsonl'), FaultLine)) ?? [],
  batches: await readAll(join(folder, 'batches.jsonl'), BatchLine),
  transactions: await readAll(join(folder, 'transactions.jsonl'), TransactionLine),
})

const readFile = async <const S extends v.GenericSchema>(file: string, schema: S) =>
  parse(schema, await Bun.file(file).text(), file)

/** Joins the lines of each operation. One that was never answered stays unknown. */
const readHistory = async (file: string): Promise<Operation[]> => {
  const operations = new Map<number, Operation>()
  await readLines(file, HistoryLine, (line, number) => {
    if (line.phase === 'invoked') operations.set(line.id, invoked(line, number))
    else complete(operations.get(line.id), line, number)
  })
  return [...operations.values()]
}

const invoked = (line: HistoryLine & { phase: 'invoked' }, number: number): Operation => ({
  id: line.id,
  client: line.client,
  type: line.type,
  instance: line.instance,
  request: line.request,
  invoked: number,
  completed: Number.POSITIVE_INFINITY,
  outcome: 'unknown',
  status: undefined,
  code: undefined,
  answer: undefined,
})

const complete = (
  operation: Operation | undefined,
  line: HistoryLine & { phase: Operation['outcome'] },
  number: number,
): void => {
  if (operation === undefined) throw new Error(`operation ${line.id} ended before it began`)
  operation.outcome = line.phase
  operation.completed = number
  operation.status = line.status
  operation.code = line.code
  operation.answer = line.answer
}

const readTopics = async (folder: string): Promise<Dump['topics']> => {
  const topics: Partial<Record<TopicName, Topic>> = {}
  for (const topic of TOPIC_NAMES) {
    const uncommitted = await readRecords(join(folder, `${topic}.uncommitted.jsonl`), topic)
    const known = new Map(
      uncommitted.map((record) => [`${record.partition}@${record.offset}`, record]),
    )
    const committed = await readRecords(join(folder, `${topic}.committed.jsonl`), topic)
    topics[topic] = { uncommitted, committed: committed.map((record) => shared(known, record)) }
  }
  return topics as Dump['topics']
}

/** Nearly every record is in both files: kept once, the memory for it is half. */
const shared = (known: ReadonlyMap<string, DumpRecord>, record: DumpRecord): DumpRecord => {
  const twin = known.get(`${record.partition}@${record.offset}`)
  return twin && isSame(twin.key, record.key) && isSame(twin.value, record.value) ? twin : record
}

const isSame = (left: Bytes, right: Bytes): boolean =>
  typeof left === 'object' && typeof right === 'object'
    ? left?.base64 === right?.base64
    : left === right

const readRecords = async (file: string, topic: TopicName): Promise<DumpRecord[]> => {
  const records: DumpRecord[] = []
  await readLines(file, RecordLine, (line) => records.push({ topic, ...line }))
  return records.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)
}

const readTables = async (folder: string): Promise<Dump['tables']> => {
  const read = async <const S extends v.GenericSchema>(name: string, schema: S) => {
    const rows: v.InferOutput<S>[] = []
    await readLines(join(folder, `${name}.jsonl`), schema, (row) => rows.push(row))
    return rows
  }
  return {
    orders: await read('order.orders', OrderRow),
    orderOutbox: await read('order.outbox', OutboxRow),
    accounts: await read('billing.accounts', AccountRow),
    transactions: await read('billing.transactions', TransactionRow),
    balances: await read('billing.balances', BalanceRow),
    journal: await read('billing.journal', JournalRow),
    checkpoints: await read('billing.checkpoints', CheckpointRow),
    billingOutbox: await read('billing.outbox', OutboxRow),
    messages: await read('notification.messages', MessageRow),
  }
}
