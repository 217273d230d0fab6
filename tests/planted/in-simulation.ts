import { join } from 'node:path'
import * as v from 'valibot'
import { type Finding, namesOf } from './finding.ts'

const SEEDS = 2_000
const WORKERS = 2

const Answer = v.object({
  done: v.number(),
  seconds: v.number(),
  first: v.optional(v.object({ seed: v.number(), violations: v.array(v.string()) })),
})

/** Looks for the bug of a test build with seeds from 1 on, until one fails. */
export const lookInSimulation = async (folder: string, seeds = SEEDS): Promise<Finding> => {
  const program = join(import.meta.dir, 'first-failure.ts')
  const words = [process.execPath, program, folder, String(seeds), String(WORKERS)]
  const child = Bun.spawn(words, { stdout: 'pipe', stderr: 'inherit' })
  const [text, code] = await Promise.all([child.stdout.text(), child.exited])
  if (code !== 0) throw new Error(`the simulation of ${folder} ended with ${code}`)
  const line = text.trim().split('\n').at(-1) ?? ''
  const { done, seconds, first } = v.parse(Answer, JSON.parse(line))
  const after = `${done} seeds, ${seconds.toFixed(1)} s`
  return first === undefined
    ? { found: false, after }
    : { found: true, by: namesOf(first.violations), after }
}
