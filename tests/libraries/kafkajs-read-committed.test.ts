import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Producer, Transaction } from 'kafkajs'
import { newTopic, transactional, unique } from './clients.ts'
import { consumed } from './reading.ts'

// The server may have to be started first.
setDefaultTimeout(60_000)

// The filter itself is tested without a broker in kafkajs-aborted-records.test.ts. This shows that
// a broker does answer in the way that those tests assume.

let topic: string
const producers: Producer[] = []

beforeAll(async () => {
  topic = await newTopic()
  const [one, other, last] = await Promise.all(['one', 'other', 'last'].map(begin))
  if (!one || !other || !last) throw new Error('three transactions begun')
  await write(one, 'a') //      offset 0
  await write(other, 'b') //           1
  await write(one, 'c') //             2
  await other.abort() //               3
  await write(one, 'd') //             4
  await one.abort() //                 5
  await write(last, 'committed') //    6
  await last.commit()
  await Promise.all(producers.map((producer) => producer.disconnect()))
})

const begin = async (name: string): Promise<Transaction> => {
  const producer = await transactional(unique(name))
  producers.push(producer)
  return producer.transaction()
}

const write = (transaction: Transaction, value: string) =>
  transaction.send({ topic, messages: [{ key: Buffer.from([0, 0, 0, 0]), value, partition: 0 }] })

test.each([0, 1, 2, 4])('no aborted record is seen from offset %d', async (from) => {
  expect(await consumed(topic, { from, until: 'committed' })).toEqual(['committed'])
})
