import { describe, expect, test } from 'bun:test'
import { pause } from '../../../shared/wait.ts'
import { generator } from './generator.ts'
import { inWorld } from './globals.ts'
import type { Process } from './queue.ts'
import { World } from './world.ts'

/** Runs code in processes on a virtual clock, from the event loop. */
const simulated = (body: (world: World) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    setTimeout(() => {
      const world = new World(1)
      const leave = inWorld(world)
      try {
        body(world)
        resolve()
      } catch (error) {
        reject(error)
      } finally {
        leave()
      }
    }, 0)
  })

/** Notes the virtual time after each of so many pauses of 10 ms. */
const ticking = (world: World, process: Process, times: number): number[] => {
  const seen: number[] = []
  const tick = async (): Promise<void> => {
    for (let count = 0; count < times; count += 1) {
      await pause(10)
      seen.push(performance.now())
    }
  }
  world.after(0, process, () => void tick())
  return seen
}

describe('a world', () => {
  test('has time that passes only with its events', () =>
    simulated((world) => {
      const process = world.spawn('one')
      const startedAt = Date.now()
      const seen = ticking(world, process, 3)
      world.runUntil(3_600_000)
      expect(seen).toEqual([10, 20, 30])
      expect(Date.now() - startedAt).toBe(3_600_000)
    }))

  test('lets a frozen process sleep, and then catch up', () =>
    simulated((world) => {
      const [sleeper, other] = [world.spawn('sleeper'), world.spawn('other')]
      const [slept, awake] = [ticking(world, sleeper, 3), ticking(world, other, 3)]
      world.runUntil(15)
      world.freeze(sleeper)
      world.runUntil(100)
      expect([slept, awake]).toEqual([[10], [10, 20, 30]])
      world.wake(sleeper)
      world.runUntil(200)
      expect(slept).toEqual([10, 100, 110])
    }))

  test('has nothing more of a process that was killed', () =>
    simulated((world) => {
      const process = world.spawn('one')
      let isNoticed = false
      process.onDeath.push(() => {
        isNoticed = true
      })
      const seen = ticking(world, process, 3)
      world.runUntil(15)
      world.kill(process)
      world.runUntil(100)
      expect([seen, isNoticed]).toEqual([[10], true])
    }))

  test('ends an interval that is cleared, and gives the clock back', async () => {
    const before = [setTimeout, clearTimeout, setInterval, clearInterval, Date, Math.random]
    await simulated((world) => {
      const process = world.spawn('one')
      let ticks = 0
      world.after(0, process, () => {
        const timer = setInterval(() => {
          ticks += 1
          if (ticks === 3) clearInterval(timer)
        }, 10)
      })
      world.runUntil(1_000)
      expect(ticks).toBe(3)
    })
    expect([setTimeout, clearTimeout, setInterval, clearInterval, Date, Math.random]).toEqual(
      before,
    )
  })
})

test('a generator gives the same numbers for the same seed, and others for another', () => {
  const drawn = (seed: number) => {
    const { next, integer } = generator(seed)
    return Array.from({ length: 50 }, () => [next(), integer(1, 6)])
  }
  expect(drawn(3)).toEqual(drawn(3))
  expect(drawn(3)).not.toEqual(drawn(4))
  const dice = new Set(drawn(3).map(([, die]) => die))
  expect(dice).toEqual(new Set([1, 2, 3, 4, 5, 6]))
})
