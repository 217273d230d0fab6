import { Listr, type ListrTask, PRESET_TIMER } from 'listr2'
import type { RunSteps, Step } from './steps.ts'

/**
 * Shows steps with the time each took: a live list in a terminal, plain lines elsewhere. Signals
 * stay ours, because what was started has to be stopped in order. Throws what a step threw.
 */
export const runVisibly: RunSteps = async (steps) => {
  const failures: unknown[] = []
  const list = new Listr(
    steps.map((step) => asTask(step, failures)),
    {
      renderer: 'default',
      fallbackRenderer: 'simple',
      fallbackRendererCondition: () => !process.stdout.isTTY,
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, collapseSubtasks: false, showErrorMessage: false },
      fallbackRendererOptions: { timer: PRESET_TIMER },
    },
  )
  try {
    await list.run()
  } catch (error) {
    throw failures[0] ?? error
  }
}

const asTask = (step: Step, failures: unknown[]): ListrTask => ({
  title: step.title,
  async task(_context, task) {
    if ('parallel' in step) {
      const parts = step.parallel.map((part) => asTask(part, failures))
      return task.newListr(parts, { concurrent: true })
    }
    const note = (text: string) => {
      task.output = text
    }
    try {
      task.title = `${step.title}: ${await step.run(note)}`
    } catch (error) {
      failures.push(error)
      // The reason may be long; the caller says it once, below the list.
      throw new Error('see below', { cause: error })
    }
    return undefined
  },
})

/** For people: `1.7 s` since a reading of `performance.now()`. */
export const secondsSince = (startMs: number): string =>
  `${Math.round((performance.now() - startMs) / 100) / 10} s`
