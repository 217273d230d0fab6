import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { register } from 'prom-client'
import { fence } from '../../shared/exactly-once/transactional-producer.ts'
import { openKafka, protocolError } from '../../shared/kafka/client.ts'
import { pause } from '../../shared/wait.ts'
import { until } from '../support/until.ts'
import { committedOffset, memoryStore, type Numbers, numbers, startOwner } from './numbers.ts'

/** The exactly-once loop of one partition on a real broker. */

let world: Numbers
beforeEach(async () => {
  world = await numbers()
})
afterEach(() => world.close())

const entries = (from: number, to: number, key = 'a') =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    key,
    sequence: from + index,
    number: from + index,
  }))
const answers = (to: number) =>
  entries(1, to).map(({ sequence }) => ({ sequence, sum: (sequence * (sequence + 1)) / 2 }))
const FOR_EVER_MS = 2 ** 31 - 1
const halted = () => register.getSingleMetricAsString('partition_halted')
const answered = async () => world.read(world.topics.answers)
type Letter = { topic: string; reason: string; offset: string; keyBytes?: number }
/** Of this test's input: all tests share one topic of dead letters. */
const letters = async () =>
  ((await world.read('deadLetter')) as Letter[]).filter(({ topic }) => topic === world.topics.input)
const untilAnswered = (count: number) =>
  until(async () => (await answered()).length >= count, { what: `${count} answers` })

describe('an owner', () => {
  test('answers each input once, in sequence, and commits what it read', async () => {
    await world.send(entries(1, 1_200))
    const memory = memoryStore()
    const owner = startOwner(world, memory)
    await untilAnswered(1_200)
    await world.send(entries(1_201, 1_300))
    await untilAnswered(1_300)
    expect(await answered()).toEqual(answers(1_300))
    expect(await committedOffset(world.admin, world.groupId, world.topics.input)).toBe('1300')
    await until(() => memory.states.get('a')?.sequence === 1_300, { what: 'the row to be stored' })
    await until(() => owner.overlaySize() === 0, { what: 'the overlay to be empty' })
    await owner.stop()
  })

  test('drops repeats, and sets aside what comes after a gap', async () => {
    await world.send([...entries(1, 3), ...entries(2, 3), ...entries(5, 5), ...entries(4, 4)])
    const owner = startOwner(world, memoryStore())
    await untilAnswered(4)
    expect(await answered()).toEqual(answers(4))
    const own = await letters()
    expect(own).toMatchObject([{ reason: 'gap', offset: '5' }])
    await owner.stop()
  })

  test('sets aside more than the broker takes in one batch, and goes on', async () => {
    const padding = 'x'.repeat(40_000)
    for (const entry of entries(100, 159)) await world.send([{ ...entry, padding }])
    await world.send(entries(1, 3))
    const owner = startOwner(world, memoryStore())
    await untilAnswered(3)
    expect(await answered()).toEqual(answers(3))
    const own = await letters()
    expect(own.map(({ offset }) => Number(offset))).toEqual(
      Array.from({ length: 60 }, (_, at) => at),
    )
    await owner.stop()
  })

  test('sets aside what has a key almost as long as a record may be, and goes on', async () => {
    const key = 'k'.repeat(1_000_000)
    for (const entry of [...entries(1, 1), ...entries(5, 5)]) await world.send([{ ...entry, key }])
    await world.send(entries(1, 3))
    const owner = startOwner(world, memoryStore())
    await untilAnswered(3)
    expect(await answered()).toEqual(answers(3))
    const own = await letters()
    expect(own.map(({ keyBytes }) => keyBytes)).toEqual([1_000_000, 1_000_000])
    await owner.stop()
  })

  test('goes on where its predecessor stopped, with the state that was committed', async () => {
    const memory = memoryStore()
    await world.send(entries(1, 10))
    const first = startOwner(world, memory)
    await untilAnswered(10)
    await first.stop()
    await world.send(entries(11, 20))
    const second = startOwner(world, memory)
    await untilAnswered(20)
    expect(await answered()).toEqual(answers(20))
    await second.stop()
  })

  test('that lost every stored row rebuilds them from the table before it decides', async () => {
    await world.send(entries(1, 10))
    const first = startOwner(world, memoryStore())
    await untilAnswered(10)
    await first.stop()
    await world.send(entries(11, 12))
    const empty = memoryStore()
    const second = startOwner(world, empty)
    await untilAnswered(12)
    expect(await answered()).toEqual(answers(12))
    await second.stop()
  })

  test('whose group offset was rewound repeats nothing', async () => {
    const memory = memoryStore()
    await world.send(entries(1, 10))
    const first = startOwner(world, memory)
    await untilAnswered(10)
    await first.stop()
    await world.admin.setOffsets({
      groupId: world.groupId,
      topic: world.topics.input,
      partitions: [{ partition: 0, offset: '0' }],
    })
    await world.send(entries(11, 12))
    const second = startOwner(world, memory)
    await untilAnswered(12)
    expect(await answered()).toEqual(answers(12))
    await second.stop()
  })
})

describe('a takeover', () => {
  test('a zombie that wakes in the middle of a batch writes nothing', async () => {
    const memory = memoryStore()
    const asleep = Promise.withResolvers<void>()
    const woken = Promise.withResolvers<void>()
    await world.send(entries(1, 5))
    const zombie = startOwner(world, memory, {
      beforeLoad: async () => {
        asleep.resolve()
        await woken.promise
      },
      // The group does not know it any more, so it may never fence again.
      confirmed: (signal) => pause(FOR_EVER_MS, signal),
    })
    await asleep.promise
    const successor = startOwner(world, memory)
    await untilAnswered(5)
    woken.resolve()
    await until(() => zombie.reasonOf('owner').includes('epoch'), {
      what: 'the zombie to be refused',
    })
    await world.send(entries(6, 10))
    await untilAnswered(10)
    expect(await answered()).toEqual(answers(10))
    await Promise.all([zombie.stop(), successor.stop()])
  })

  test('two owners that both think that they are right still answer once', async () => {
    const memory = memoryStore()
    const owners = [startOwner(world, memory), startOwner(world, memory)]
    for (let from = 1; from <= 91; from += 10) {
      await world.send(entries(from, from + 9))
      await untilAnswered(from + 9)
    }
    expect(await answered()).toEqual(answers(100))
    await Promise.all(owners.map(({ stop }) => stop()))
  })

  test('drops what a killed predecessor left open', async () => {
    await world.send(entries(1, 5))
    const killed = openKafka(world.connect).producer({
      transactionalId: world.transactionalId,
      idempotent: false,
      maxInFlightRequests: 1,
      transactionTimeout: 60_000,
    })
    await killed.connect()
    const open = await killed.transaction()
    await open.sendOffsets({
      consumerGroupId: world.groupId,
      topics: [{ topic: world.topics.input, partitions: [{ partition: 0, offset: '5' }] }],
    })
    await open.send({
      topic: world.topics.answers,
      messages: [{ partition: 0, value: '{"torn":true}' }],
    })
    await open.send({
      topic: world.topics.table,
      messages: [{ key: 'a', partition: 0, value: '{"sequence":5,"sum":999}' }],
    })
    const successor = startOwner(world, memoryStore())
    await untilAnswered(5)
    expect(await answered()).toEqual(answers(5))
    await successor.stop()
    await killed.disconnect()
  })

  test('reads the committed offset only when its predecessor can move it no more', async () => {
    await world.send(entries(1, 5))
    const predecessor = await fence(world.kafka, world.transactionalId)
    let answer: unknown
    const successor = startOwner(world, memoryStore(), {
      whileReadingOffset: async () => {
        answer ??= await predecessor
          .commit({
            groupId: world.groupId,
            input: { topic: world.topics.input, partition: 0, next: 5n },
            outgoing: [{ topic: world.topics.answers, key: 'answer', value: '{"late":true}' }],
          })
          .catch((error: unknown) => protocolError(error))
      },
    })
    await untilAnswered(5)
    expect(answer).toBe('INVALID_PRODUCER_EPOCH')
    expect(await answered()).toEqual(answers(5))
    await successor.stop()
    predecessor.discard()
  })

  test('keeps what a predecessor committed whose reply was lost', async () => {
    await world.send(entries(1, 5))
    const lost = await fence(world.kafka, world.transactionalId)
    const [row] = answers(5).slice(-1)
    await lost.commit({
      groupId: world.groupId,
      input: { topic: world.topics.input, partition: 0, next: 5n },
      outgoing: [
        { topic: world.topics.table, key: 'a', value: JSON.stringify(row) },
        ...answers(5).map((answer) => ({
          topic: world.topics.answers,
          key: 'answer',
          value: JSON.stringify(answer),
        })),
      ],
    })
    await world.send(entries(6, 8))
    const successor = startOwner(world, memoryStore())
    await untilAnswered(8)
    expect(await answered()).toEqual(answers(8))
    await successor.stop()
    lost.discard()
  })
})

describe('an owner halts rather than guess when', () => {
  test('records were deleted before it read them', async () => {
    const memory = memoryStore()
    await world.send(entries(1, 10))
    const first = startOwner(world, memory)
    await untilAnswered(10)
    await first.stop()
    await world.send(entries(11, 20))
    await world.admin.deleteTopicRecords({
      topic: world.topics.input,
      partitions: [{ partition: 0, offset: '15' }],
    })
    const second = startOwner(world, memory)
    await until(() => second.reasonOf('owner').includes('offset_below_log_start'), {
      what: 'the owner to halt',
    })
    expect(await answered()).toEqual(answers(10))
    await second.stop()
  })

  test('the input topic is shorter than what was committed', async () => {
    await world.admin.setOffsets({
      groupId: world.groupId,
      topic: world.topics.input,
      partitions: [{ partition: 0, offset: '7' }],
    })
    const owner = startOwner(world, memoryStore())
    await until(() => owner.reasonOf('owner').includes('offset_beyond_log_end'), {
      what: 'the owner to halt',
    })
    const { input } = world.topics
    expect(await halted()).toContain(`partition_halted{topic="${input}",partition="0"} 1`)
    await owner.stop()
    expect(await halted()).not.toContain(input)
  })

  test('the table is shorter than what was stored of it', async () => {
    const memory = memoryStore()
    memory.moveTo(1_000n)
    await world.send(entries(1, 3))
    const owner = startOwner(world, memory)
    await until(() => owner.reasonOf('table').includes('recreated'), {
      what: 'the projection to halt',
    })
    expect(await answered()).toEqual([])
    await owner.stop()
  })
})
