import { expect, test } from 'bun:test'
import { pause } from '../../../shared/wait.ts'
import { inVirtualTime } from '../contract/virtual.ts'
import { Link, type Weather } from './network.ts'
import type { World } from './world.ts'

const CALM = { latencyMs: 5, slow: 0, requestLost: 0, replyLost: 0, requestLate: 0 }

const linkIn = (world: World, weather: Partial<Weather> = {}) => {
  const server = { process: world.spawn('server'), isUp: () => true, links: new Set<Link>() }
  const errors = {
    refused: () => new Error('refused'),
    closed: () => new Error('closed'),
    late: () => new Error('late'),
  }
  const process = world.current
  const link = new Link({
    world,
    process,
    server,
    weather: () => ({ ...CALM, ...weather }),
    errors,
    timeoutMs: 1_000,
  })
  return { link, server }
}

test('requests of one connection arrive in sequence, and so do their replies', () =>
  inVirtualTime(async (world) => {
    const { link } = linkIn(world)
    const [arrived, answered]: [number[], number[]] = [[], []]
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        await link.call<void>('request', (reply) => {
          arrived.push(index)
          reply.ok()
        })
        answered.push(index)
      }),
    )
    const all = Array.from({ length: 100 }, (_, index) => index)
    expect([arrived, answered]).toEqual([all, all])
  }))

test.each([
  ['request lost', { requestLost: 1 }, 0],
  ['reply lost', { replyLost: 1 }, 1],
  ['request late', { requestLate: 1 }, 1],
])('of a %s the client learns nothing', (_fate, weather, executed) =>
  inVirtualTime(async (world) => {
    const { link } = linkIn(world, weather)
    let count = 0
    const call = link.call<void>('request', (reply) => {
      count += 1
      reply.ok()
    })
    expect(['closed', 'late']).toContain(await call.then(String, (error: Error) => error.message))
    await pause(5_000)
    expect(count).toBe(executed)
  }),
)

test('a connection that is cut fails what is under way', () =>
  inVirtualTime(async (world) => {
    const { link } = linkIn(world)
    const call = link.call<void>('request', () => {})
    link.cut()
    expect(await call.catch((error: Error) => error.message)).toBe('closed')
  }))
