import { VirtualAbortController, VirtualAbortSignal } from './abort.ts'
import type { Event } from './queue.ts'
import type { World } from './world.ts'

/** When simulations begin: any moment will do, as long as it is always the same. */
const EPOCH_MS = Date.UTC(2026, 0, 1)

/**
 * Puts the world's clock and chance in the place of the machine's, for all code in this process.
 * Answers how to put them back; nothing that waits may come between.
 */
export const inWorld = (world: World): (() => void) => {
  const restored = [
    replace(globalThis, {
      ...timersOf(world),
      Date: dateOf(world, Date),
      AbortController: VirtualAbortController,
      AbortSignal: VirtualAbortSignal,
    }),
    replace(performance, { now: world.now }),
    replace(Math, { random: world.random.next }),
  ]
  return () => {
    for (const restore of restored) restore()
  }
}

const replace = (owner: object, parts: Record<string, unknown>): (() => void) => {
  const names = Object.keys(parts)
  const kept = Object.fromEntries(names.map((name) => [name, Reflect.get(owner, name)]))
  Object.assign(owner, parts)
  return () => void Object.assign(owner, kept)
}

type Callback = (...args: unknown[]) => void

const timersOf = (world: World) => ({
  setTimeout: (callback: Callback, ms = 0, ...args: unknown[]) =>
    world.after(Math.max(1, ms), world.current, () => callback(...args)),
  clearTimeout: cancel,
  setInterval: (callback: Callback, ms = 0, ...args: unknown[]) => {
    const process = world.current
    const first = world.after(Math.max(1, ms), process, tick)
    const interval = { at: 0, tie: 0, isCancelled: false, process, run: tick, next: first }
    return interval

    function tick(): void {
      if (interval.isCancelled) return
      interval.next = world.after(Math.max(1, ms), process, tick)
      callback(...args)
    }
  },
  clearInterval: cancel,
})

function cancel(timer: (Event & { next?: Event }) | undefined): void {
  if (timer === undefined || timer === null) return
  timer.isCancelled = true
  if (timer.next !== undefined) timer.next.isCancelled = true
}

const dateOf = (world: World, Real: DateConstructor): DateConstructor => {
  const now = () => EPOCH_MS + Math.floor(world.now())
  return new Proxy(Real, {
    construct: (target, args, as) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, as) as Date,
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}
