import { join } from 'node:path'
import { TOPICS, transactionCodec } from '../../billing/events.ts'
import { TOPIC as ORDERS, orderCodec } from '../../order/events.ts'
import type { Sql } from '../../shared/database.ts'
import type { BrokerAccess } from '../../shared/kafka/client.ts'
import type { Incoming } from '../../shared/kafka/record.ts'
import type { Step } from '../local/steps.ts'
import { readTopic } from '../places/log-reader.ts'
import { messagesLostSteps } from './messages-lost.ts'
import type { Recovery } from './running.ts'

/** The databases are completed from the log, each by the statements beside this file. */
export const databaseBehindSteps = (recovery: Recovery): Step[] => {
  const { places, databases } = recovery
  return [
    {
      title:
        "Complete billing's transactions and accounts from the log; empty its copies of topics",
      run: () =>
        complete(places.kafka, databases.billing, TOPICS.transactions, 'billing', isTransaction),
    },
    {
      title: "Complete order's orders from the log",
      run: () => complete(places.kafka, databases.order, ORDERS, 'order', isOrder),
    },
    ...messagesLostSteps(recovery),
  ]
}

/** What the ledger would take: only that was ever accepted. */
const isTransaction = ({ key, value }: Incoming): boolean => {
  const decoded = transactionCodec.decode(value)
  return decoded.ok && key?.toString() === decoded.value.account && decoded.value.amount > 0n
}

const isOrder = ({ key, value }: Incoming): boolean => {
  const decoded = orderCodec.decode(value)
  return decoded.ok && key?.toString() === decoded.value.account
}

const complete = async (
  kafka: BrokerAccess,
  sql: Sql,
  topic: string,
  service: 'billing' | 'order',
  isUsable: (record: Incoming) => boolean,
): Promise<string> => {
  const statements = await Bun.file(join(import.meta.dir, `${service}-from-log.sql`)).text()
  const session = await sql.reserve()
  try {
    await session`create temporary table log (line text)`
    let count = 0
    for await (const records of readTopic(kafka, topic)) {
      const lines = records.filter(isUsable).map(({ value }) => value?.toString() ?? '')
      await session`insert into log select * from unnest(${lines}::text[])`
      count += lines.length
    }
    await session.unsafe(statements)
    return `${count} records of ${topic} were compared`
  } catch (error) {
    await session.unsafe('rollback')
    throw error
  } finally {
    await session.unsafe('drop table if exists log, logged')
    session.release()
  }
}
