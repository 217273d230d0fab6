/** Tells what a step is busy with while it takes long. */
export type Note = (text: string) => void

/** One line of the list that a start shows; `run` answers what came of it. */
export type Step =
  | { title: string; run: (note: Note) => Promise<string> }
  | { title: string; parallel: readonly Step[] }

/** Runs steps one after the other; the first that throws ends it. */
export type RunSteps = (steps: readonly Step[]) => Promise<void>

export const runQuietly: RunSteps = async (steps) => {
  for (const step of steps) {
    if ('run' in step) await step.run(() => {})
    else await Promise.all(step.parallel.map((part) => runQuietly([part])))
  }
}
