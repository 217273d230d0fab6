import type { Operation } from '../../dump/dump.ts'

type Request = Operation['request']
type End = Partial<Pick<Operation, 'outcome' | 'code' | 'answer' | 'status'>>

/** Clients that keep a history in memory, one moment after the other. */
export const openClients = () => {
  const operations: Operation[] = []
  let moment = 0
  const next = () => {
    moment += 1
    return moment
  }
  /** Without an end, it was never answered. */
  const call = (type: Operation['type'], request: Request, end?: End): Operation => {
    const operation: Operation = {
      id: operations.length + 1,
      client: 1,
      type,
      instance: 'one',
      request,
      invoked: next(),
      completed: end === undefined ? Number.POSITIVE_INFINITY : next(),
      outcome: 'unknown',
      status: undefined,
      code: undefined,
      answer: undefined,
      ...end,
    }
    operations.push(operation)
    return operation
  }
  return {
    operations,
    call,
    ok: (type: Operation['type'], request: Request, answer: unknown) =>
      call(type, request, { outcome: 'ok', status: 200, answer }),
    failed: (type: Operation['type'], request: Request, code: string, more: object = {}) =>
      call(type, request, { outcome: 'failed', status: 400, code, answer: { code, ...more } }),
  }
}
