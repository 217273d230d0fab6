import postgres from 'postgres'
import { openPartitionReader } from '../../../shared/kafka/partition-reader.ts'
import type { Incoming } from '../../../shared/kafka/record.ts'
import { openLog } from '../../../shared/log.ts'

/** Everything that the system keeps, as it lies there after the dust has settled. */
export type Evidence = {
  orders: { order_id: string; account: string; amount: string; hash: string; status: string }[]
  transactions: {
    account: string
    sequence: string | null
    type: string
    hash: string
    order_id: string | null
    amount: string
  }[]
  accounts: { account: string; last_sequence: string }[]
  balances: { account: string; sequence: string; balance: string }[]
  journal: { account: string; sequence: string; order_id: string | null; state: string }[]
  messages: { order_id: string; outcome: string }[]
  waiting: { service: string; count: number }[]
  topics: Record<
    'bankTransaction' | 'bankBalance' | 'processedTransaction' | 'deadLetter',
    Incoming[]
  >
  /** Partitions whose readers are held back by a transaction that nobody ended. */
  hanging: string[]
}

export type Addresses = { brokers: readonly string[]; partitions: number; databases: Databases }
export type Databases = Record<'order' | 'billing' | 'notification', string>

/** Reads all tables and topics, numbers as text. */
export const collect = async ({ brokers, partitions, databases }: Addresses): Promise<Evidence> => {
  const ask = async <T extends object>(service: keyof Databases, query: string): Promise<T[]> => {
    const sql = postgres(databases[service], { max: 1, onnotice: () => {} })
    try {
      return [...(await sql.unsafe<T[]>(query))]
    } finally {
      await sql.end()
    }
  }
  const hanging: string[] = []
  const read = async (topic: string): Promise<Incoming[]> => {
    const parts = Array.from({ length: partitions }, (_, partition) =>
      readPartition(brokers, topic, partition, hanging),
    )
    return (await Promise.all(parts)).flat()
  }
  return {
    orders: await ask('order', 'select order_id, account, amount, hash, status from orders'),
    transactions: await ask(
      'billing',
      'select account, sequence, type, hash, order_id, amount from transactions order by id',
    ),
    accounts: await ask('billing', 'select account, last_sequence from accounts'),
    balances: await ask('billing', 'select account, sequence, balance from balances'),
    journal: await ask('billing', 'select account, sequence, order_id, state from journal'),
    messages: await ask('notification', 'select order_id, outcome from messages'),
    waiting: await Promise.all(
      (['order', 'billing'] as const).map(async (service) => {
        const rows = await ask<{ count: string }>(service, 'select count(*) from outbox')
        return { service, count: Number(rows[0]?.count) }
      }),
    ),
    topics: {
      bankTransaction: await read('bankTransaction'),
      bankBalance: await read('bankBalance'),
      processedTransaction: await read('processedTransaction'),
      deadLetter: await read('deadLetter'),
    },
    hanging,
  }
}

const readPartition = async (
  brokers: readonly string[],
  topic: string,
  partition: number,
  hanging: string[],
): Promise<Incoming[]> => {
  const log = openLog('checker', 'silent')
  const reader = await openPartitionReader({ clientId: 'checker', brokers, log }, topic, partition)
  try {
    const end = await reader.end()
    const records: Incoming[] = []
    for (let position = await reader.start(); position < end; ) {
      const fetched = await reader.read(position, 500)
      if (fetched.next === position) {
        hanging.push(`${topic}/${partition}@${position}`)
        break
      }
      records.push(...fetched.records)
      position = fetched.next
    }
    return records
  } finally {
    await reader.close()
  }
}
