import type { Step } from '../local/steps.ts'
import type { LoadResult } from './under-load.ts'

/** What a run measured, for whoever keeps it. */
export type Figures = {
  date: string
  command: string
  steps: { title: string; seconds: number; result: string }[]
  /** What was done to the cluster under load, by value set and name. */
  proofs: ({ valueSet: string; name: string } & LoadResult)[]
  /** Working set of each pod at the end of the trial, in MiB. */
  memory: Record<string, number>
}

export const openFigures = (command: string): Figures => ({
  date: new Date().toISOString(),
  command,
  steps: [],
  proofs: [],
  memory: {},
})

/** The same steps; each leaves the time that it took. */
export const timed = (figures: Figures, steps: readonly Step[]): Step[] =>
  steps.map((step) =>
    'parallel' in step
      ? step
      : {
          title: step.title,
          run: async (note) => {
            const startedAt = performance.now()
            const result = await step.run(note)
            const seconds = Math.round((performance.now() - startedAt) / 100) / 10
            figures.steps.push({ title: step.title, seconds, result })
            return result
          },
        },
  )
