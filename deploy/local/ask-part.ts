import { unreachable } from '../../shared/assert.ts'
import { isReady } from './is-ready.ts'
import { brokerAnswers } from './kafka-ready.ts'
import { postgresServes } from './postgres-serves.ts'
import type { PartState } from './state.ts'

export type PartReport = PartState & {
  answers: boolean
  /** What it says when it is not ready. */
  detail?: string
}

/** Asks a part in its own language whether it is ready, each within some seconds. */
export const askPart = async (part: PartState): Promise<PartReport> => {
  const answer = await ask(part)
  return answer === true ? { ...part, answers: true } : { ...part, answers: false, detail: answer }
}

const ask = (part: PartState): Promise<true | string> => {
  switch (part.kind) {
    case 'broker':
      return brokerAnswers(part.address)
    case 'postgres':
      return postgresServes(part.address)
    case 'service':
    case 'observer':
      return isReady(part.ready ?? part.address)
    case 'gateway':
      return isReady(part.address)
    default:
      return unreachable(part.kind)
  }
}
