import * as v from 'valibot'
import { WrongUseError } from '../../support/command-line.ts'
import { type Plan, PlanSchema } from './plan.ts'

/** What an earlier run did, and of which seed it was if the file says so. */
export type Given = { plan: Plan; seed: number | undefined }

/** A plan that was written by hand, or the one in the `run.json` of an earlier run. */
export const readPlan = async (file: string): Promise<Given> => {
  const text = await Bun.file(file)
    .text()
    .catch(() => {
      throw new WrongUseError(`${file} cannot be read`)
    })
  return parsePlan(text, file)
}

export const parsePlan = (text: string, file: string): Given => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new WrongUseError(`${file} is not JSON`)
  }
  const run = v.safeParse(RunSchema, parsed)
  const result = v.safeParse(PlanSchema, run.success ? run.output.plan : parsed)
  if (result.success)
    return { plan: result.output, seed: run.success ? run.output.seed : undefined }
  const [issue] = result.issues
  throw new WrongUseError(`${file}: ${v.getDotPath(issue) ?? 'the plan'}: ${issue.message}`)
}

const RunSchema = v.object({ plan: v.unknown(), seed: v.optional(v.number()) })
