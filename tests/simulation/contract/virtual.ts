import { inWorld } from '../world/globals.ts'
import type { Process } from '../world/queue.ts'
import { World } from '../world/world.ts'

/** Virtual time costs nothing, but a test that waits in vain has to end. */
const LONGEST_MS = 120_000
const SLICE_MS = 50

/** Runs a test body in a world of its own, from the event loop, as simulations are run. */
export const inVirtualTime = (
  body: (world: World, process: Process) => Promise<void>,
): Promise<void> =>
  new Promise((resolve, reject) => {
    setTimeout(() => {
      const world = new World(1)
      const leave = inWorld(world)
      const ended = { isDone: false }
      try {
        const process = world.spawn('test')
        const run = async (): Promise<void> => {
          try {
            resolve(await body(world, process))
          } catch (error) {
            reject(error)
          }
          ended.isDone = true
        }
        world.after(0, process, () => void run())
        while (!ended.isDone && world.now() < LONGEST_MS) world.runUntil(world.now() + SLICE_MS)
        if (!ended.isDone) reject(new Error(`not done in ${LONGEST_MS} virtual ms`))
        for (const { error } of world.uncaught) reject(error)
      } finally {
        leave()
      }
    }, 0)
  })
