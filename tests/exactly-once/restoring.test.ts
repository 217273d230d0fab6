import { afterEach, beforeEach, expect, test } from 'bun:test'
import { until } from '../support/until.ts'
import { memoryStore, type Numbers, numbers, startOwner } from './numbers.ts'

let world: Numbers
beforeEach(async () => {
  world = await numbers()
})
afterEach(() => world.close())

test('an owner lets its table go before others for as long as it waits for it', async () => {
  await world.send([{ key: 'a', sequence: 1, number: 1 }])
  const predecessor = startOwner(world, memoryStore())
  await until(async () => (await world.read(world.topics.table)).length > 0, { what: 'a row' })
  await predecessor.stop()

  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  const memory = memoryStore()
  const store: typeof memory.store.store = async (...records) => {
    await held
    return memory.store.store(...records)
  }
  const calls: string[] = []
  const restoring = {
    take: () => void calls.push('take'),
    end: () => void calls.push('end'),
    ended: async () => {},
  }
  const slow = { ...memory, store: { ...memory.store, store } }
  const owner = startOwner(world, slow, { restoring })
  await until(() => calls.length > 0, { what: 'the owner to wait for its table' })
  expect(calls).toEqual(['take'])
  letGo()
  await owner.ready()
  expect(calls).toEqual(['take', 'end'])
  await owner.stop()
})
