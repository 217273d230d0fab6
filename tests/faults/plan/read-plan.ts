import * as v from 'valibot'
import { type Plan, PlanSchema } from './plan.ts'

/** A plan that was written by hand, or the one in the `run.json` of an earlier run. */
export const readPlan = async (file: string): Promise<Plan> => {
  const text = await Bun.file(file)
    .text()
    .catch(() => {
      throw new WrongPlanError(`${file} cannot be read`)
    })
  return parsePlan(text, file)
}

export const parsePlan = (text: string, file: string): Plan => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new WrongPlanError(`${file} is not JSON`)
  }
  const steps = typeof parsed === 'object' && parsed && 'plan' in parsed ? parsed.plan : parsed
  const result = v.safeParse(PlanSchema, steps)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new WrongPlanError(`${file}: ${v.getDotPath(issue) ?? 'the plan'}: ${issue.message}`)
}

export class WrongPlanError extends Error {
  override readonly name = 'WrongPlanError'
}
