import type { SeedsOptions, SeedsReport } from './seeds.ts'

type Plan = Omit<SeedsOptions, 'onSeed'>

/** Seeds that a process gets at a time: it takes the next ones when it is done with these. */
const PORTION = 50

/**
 * The same in several processes: they share no heap, so each gets a core. Portions of seeds are
 * handed out one by one; what is found is put together.
 */
export const inWorkers = async (
  plan: Plan,
  workers: number,
  onProgress: ((done: number, failures: number) => void) | undefined,
): Promise<SeedsReport> => {
  const total: SeedsReport = {
    seeds: 0,
    operations: 0,
    steps: 0,
    virtualMs: 0,
    failures: [],
    seen: {},
  }
  const end = plan.from + plan.seeds
  let next = plan.from
  const isOver = () => next >= end || (plan.stopAtFirst === true && total.failures.length > 0)
  const take = (): Plan => {
    const seeds = Math.min(PORTION, end - next)
    const portion = { ...plan, from: next, seeds }
    next += seeds
    return portion
  }
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const worker = startWorker()
      try {
        while (!isOver()) {
          add(total, await worker.simulate(take()))
          onProgress?.(total.seeds, total.failures.length)
        }
      } finally {
        worker.end()
      }
    }),
  )
  total.failures.sort((a, b) => a.seed - b.seed)
  return total
}

const add = (total: SeedsReport, part: SeedsReport): void => {
  total.seeds += part.seeds
  total.operations += part.operations
  total.steps += part.steps
  total.virtualMs += part.virtualMs
  total.failures.push(...part.failures)
  for (const [what, times] of Object.entries(part.seen)) {
    total.seen[what] = (total.seen[what] ?? 0) + times
  }
}

const startWorker = () => {
  let settle: PromiseWithResolvers<SeedsReport> | undefined
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/worker.ts`], {
    stdio: ['ignore', 'inherit', 'inherit'],
    ipc: (report: SeedsReport) => settle?.resolve(report),
    onExit: (_child, code) => settle?.reject(new Error(`a worker ended with ${code}`)),
  })
  return {
    simulate: (plan: Plan): Promise<SeedsReport> => {
      settle = Promise.withResolvers()
      child.send(plan)
      return settle.promise
    },
    end: () => {
      settle = undefined
      child.kill()
    },
  }
}
