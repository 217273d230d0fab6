import type { Operation } from '../../faults/dump/dump.ts'

/** What clients asked for and were told, as it happens; moments are counted, not measured. */
export type History = {
  operations: Operation[]
  invoke: (asked: Pick<Operation, 'client' | 'type' | 'instance' | 'request'>) => Operation
  complete: (operation: Operation, answer: Answer) => void
}

/** A status of HTTP; 0 when there was no answer. */
export type Answer = { status: number; code?: string; answer?: unknown }

export const openHistory = (): History => {
  const operations: Operation[] = []
  let moments = 0
  return {
    operations,
    invoke: (asked) => {
      moments += 1
      const operation: Operation = {
        ...asked,
        id: operations.length + 1,
        invoked: moments,
        completed: Number.POSITIVE_INFINITY,
        outcome: 'unknown',
        status: undefined,
        code: undefined,
        answer: undefined,
      }
      operations.push(operation)
      return operation
    },
    complete: (operation, { status, code, answer }) => {
      moments += 1
      operation.completed = moments
      operation.outcome = outcomeOf(status)
      operation.status = status === 0 ? undefined : status
      operation.code = code
      operation.answer = answer
    },
  }
}

const outcomeOf = (status: number): Operation['outcome'] => {
  if (status >= 200 && status < 300) return 'ok'
  return status >= 400 && status < 500 ? 'failed' : 'unknown'
}
