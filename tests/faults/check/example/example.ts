import { deadLetter } from '../../../../shared/kafka/dead-letter.ts'
import type { Dump, Tables, TopicName } from '../../dump/dump.ts'
import {
  balanceBytes,
  journalBytes,
  orderBytes,
  outcomeBytes,
  outcomeOf,
  refusalOf,
  transactionBytes,
} from '../expected.ts'
import { type Decided, foldTransactions } from '../fold.ts'
import { readAllRecords } from '../reading.ts'
import { openClients } from './clients.ts'
import { openLog, PARTITIONS, type Written } from './log.ts'

/** Accounts on `one` share a partition. */
const partitionOf = (account: string): number => (account.startsWith('bits-') ? 1 : 0)

/**
 * A small system that does everything right, and leaves a dump with a little of everything: calls
 * that were repeated, refused and never answered, records that came again, a transaction that was
 * aborted and done again, an owner that was replaced, an account that came too late, poison.
 */
export const openExample = () => {
  const tables: Tables = {
    orders: [],
    orderOutbox: [],
    accounts: [],
    transactions: [],
    balances: [],
    journal: [],
    checkpoints: [],
    billingOutbox: [],
    messages: [],
  }
  const faults: Dump['faults'] = []
  return { log: openLog(), clients: openClients(), tables, faults, decided: new Set<string>() }
}

export type Example = ReturnType<typeof openExample>

export const open = ({ tables }: Example, account: string): void => {
  tables.accounts.push({ account, currency: 'RUB', last_sequence: 0, deposited: 0n })
}

export const deposit = (example: Example, account: string, amount: bigint, hash: string): void =>
  number(example, { type: 'deposit', account, amount, hash, order_id: null })

/** Stores an order, and what billing makes of it. Answers its number. */
export const order = (example: Example, account: string, amount: bigint, hash: string): number => {
  const { tables, log } = example
  const order_id = tables.orders.length + 1
  const row = { order_id, account, amount, hash, status: 'PENDING', reason: null } as const
  tables.orders.push(row)
  log.send(at('order', account, orderBytes(row)))
  const wish = { type: 'payment', account, amount, hash, order_id } as const
  if (tables.accounts.some((book) => book.account === account)) {
    number(example, wish)
  } else {
    const refused = { ...wish, sequence: null }
    tables.transactions.push(refused)
    log.send(at('rejectedOrderTransaction', account, outcomeBytes(refusalOf(refused))))
  }
  return order_id
}

const number = (
  { tables, log }: Example,
  wish: Omit<Tables['transactions'][number], 'sequence'>,
): void => {
  const book = tables.accounts.find(({ account }) => account === wish.account)
  if (book === undefined) throw new Error(`${wish.account} is not open`)
  book.last_sequence += 1
  if (wish.type === 'deposit') book.deposited += wish.amount
  const row = { ...wish, sequence: book.last_sequence }
  tables.transactions.push(row)
  log.send(at('bankTransaction', wish.account, transactionBytes(row)))
}

/** The owner of a partition decides what is new there, in one transaction. */
export const ledger = (
  { log, decided }: Example,
  partition: number,
  epoch: number,
  control: 'COMMIT' | 'ABORT' = 'COMMIT',
): void => {
  const news = folded(log).decided.filter(
    ({ record, state }) =>
      record.partition === partition && !decided.has(`${state.account} ${state.sequence}`),
  )
  const writer = { producerId: 100 + partition, producerEpoch: epoch }
  const next = log.end('bankTransaction', partition)
  log.transaction(writer, { partition, next }, outputsOf(news), control)
  if (control === 'ABORT') return
  for (const { state } of news) decided.add(`${state.account} ${state.sequence}`)
}

const folded = ({ topics }: Example['log']) =>
  foldTransactions(readAllRecords({ topics }, () => false).transactions)

/** A record of ill will, and the letter it becomes. */
export const plant = (
  { log, faults }: Example,
  topic: TopicName,
  partition: number,
  value: string,
  key = 'x',
): void => {
  const { offset } = log.send({ topic, partition, key, value })
  faults.push({ kind: 'poison', topic, partition, offset })
  const bytes = { key: Buffer.from(key), value: Buffer.from(value) }
  const letter = deadLetter({ topic, partition, offset: BigInt(offset), ...bytes }, 'not JSON')
  log.send({ topic: 'deadLetter', partition, key: letter.key, value: letter.value })
}

/** All projections and statuses catch up. */
export const settle = ({ tables, log }: Example): void => {
  const fold = folded(log)
  for (const [account, history] of fold.byAccount) {
    const last = history.at(-1)
    if (last !== undefined) tables.balances.push(balanceRow(account, last))
    tables.journal.push(...history.map(journalRow))
  }
  for (const row of tables.orders) {
    const one = fold.byOrder.get(row.order_id)
    const outcome = one && outcomeOf(one)
    row.status = outcome?.outcome === 'approved' ? 'COMPLETE' : 'FAILED'
    row.reason = outcome ? outcome.reason : 'account_not_found'
    tables.messages.push({ order_id: row.order_id, outcome: outcome?.outcome ?? 'rejected' })
  }
  for (const topic of ['bankBalance', 'processedTransaction']) {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      tables.checkpoints.push({ topic, partition, position: log.end(topic, partition) })
    }
  }
}

export const dumpOf = ({ clients, log, tables, faults }: Example): Dump => ({
  run: { partitions: PARTITIONS, seed: 1 },
  operations: clients.operations,
  topics: log.topics,
  offsets: log.offsets(),
  tables,
  faults,
  batches: log.batches(),
  transactions: log.transactions(),
})

const at = (topic: TopicName, account: string, value: string): Written => ({
  topic,
  partition: partitionOf(account),
  key: account,
  value,
})

/** All events, but of each account only the last balance. */
const outputsOf = (news: readonly Decided[]): Written[] => {
  const rows = new Map(
    news.map((one) => [one.state.account, at('bankBalance', one.state.account, balanceBytes(one))]),
  )
  const events = news.flatMap((one) => {
    const { account } = one.state
    const outcome = outcomeOf(one)
    const line = at('processedTransaction', account, journalBytes(one))
    if (outcome === undefined) return [line]
    return [line, at(`${outcome.outcome}OrderTransaction`, account, outcomeBytes(outcome))]
  })
  return [...rows.values(), ...events]
}

const journalRow = (one: Decided): Tables['journal'][number] => {
  const { orderId, balance, amount, ...line } = JSON.parse(journalBytes(one))
  return { ...line, order_id: orderId, balance: BigInt(balance), amount: BigInt(amount) }
}

const balanceRow = (account: string, one: Decided): Tables['balances'][number] => {
  const row = JSON.parse(balanceBytes(one))
  return {
    account,
    sequence: row.sequence,
    balance: BigInt(row.balance),
    last_amount: BigInt(row.lastAmount),
    last_hash: row.lastHash,
    last_order_id: row.lastOrderId,
    last_state: row.lastTransactionState,
  }
}
