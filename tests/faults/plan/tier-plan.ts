import * as draw from './draw.ts'
import { type Plan, planOf } from './plan.ts'
import { randomOf } from './random.ts'

/** Kills in every run of the suite, at least. */
export const TIER_KILLS = 25

/** The plan of the suite: a bit of everything, in few minutes. The seed decides how and when. */
export const tierPlan = (seed: number): Plan => {
  const random = randomOf(seed, 'tier')
  const points = random.shuffled(draw.everyCrashPoint().filter(({ point }) => !RARE.test(point)))
  return planOf(
    seed,
    [
      ...draw.MUSTS,
      draw.killEverything,
      draw.killAll,
      draw.killBoth,
      draw.killOne,
      draw.killOne,
      draw.killPostgres,
      ...points.slice(0, 7).map((point) => draw.crashAt(point)),
      draw.freezeOverTransaction,
      draw.restartOwner,
      draw.restartPostgres,
      draw.lose,
      draw.loseCommit,
      draw.cut,
      draw.terminateBackends,
      draw.rewind,
      draw.forget,
      draw.crossedAborts,
      draw.poison,
      draw.clock,
      draw.compact,
    ].map((one) => one(random)),
  )
}

/** What needs an occasion of its own takes longer than there is time for. */
const RARE = /^(owner\.(fenced|positioned|restored)|sweeper)/
