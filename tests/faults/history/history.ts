import { closeSync, openSync, writeSync } from 'node:fs'

/**
 * What the clients of a run asked for and were told: a line when an operation begins and one when
 * it ends, written at that moment, so that the sequence of lines is the sequence of events.
 */
export type Operation = {
  type: 'create' | 'deposit' | 'order' | 'balance' | 'status' | 'message'
  client: number
  instance: string
  request: { account?: string; amount?: string; hash?: string; orderId?: number }
  intent: Intent
}

/** `abort`: the client gives up before there can be an answer. */
export type Intent = 'new' | 'retry' | 'reuse' | 'boundary' | 'abort'

/**
 * `ok`: done by this call. `failed`: not done by this call, for certain. `unknown`: nobody can
 * tell. An operation that never ends is unknown too. Amounts in answers are minor units.
 */
export type Outcome = {
  phase: 'ok' | 'failed' | 'unknown'
  /** Zero when there was no answer. */
  status: number
  code?: string
  answer?: Record<string, unknown>
}

export type History = {
  /** Notes that an operation begins; the answer notes how it ended, once. */
  begin: (operation: Operation) => (outcome: Outcome) => void
  counts: () => HistoryCounts
  close: () => void
}

export type HistoryCounts = {
  ok: number
  failed: number
  unknown: number
  /** By `type outcome` and by `type code`, such as `order order_exists`. */
  byType: Record<string, number>
}

/** Lines are written at once and by one call each: what a client was told is never lost. */
export const openHistory = (file: string, now: () => number): History => {
  const descriptor = openSync(file, 'a', 0o600)
  const counts: HistoryCounts = { ok: 0, failed: 0, unknown: 0, byType: {} }
  const count = (name: string) => {
    counts.byType[name] = (counts.byType[name] ?? 0) + 1
  }
  const write = (line: object) => writeSync(descriptor, `${JSON.stringify(line)}\n`)
  const at = () => Math.round(now() * 1_000) / 1_000
  let lastId = 0

  return {
    begin: (operation) => {
      lastId += 1
      const id = lastId
      const { type, client, instance, request, intent } = operation
      write({ id, client, at: at(), type, phase: 'invoked', instance, request, intent })
      let isOver = false
      return ({ phase, status, code, answer }) => {
        if (isOver) throw new Error(`operation ${id} ended twice`)
        isOver = true
        write({ id, at: at(), phase, status, ...(code && { code }), ...(answer && { answer }) })
        counts[phase] += 1
        count(`${type} ${phase}`)
        if (code !== undefined) count(`${type} ${code}`)
        if (intent !== 'new') count(`${intent} ${phase}`)
        if (typeof answer?.['status'] === 'string') count(`${type} ${answer['status']}`)
      }
    },
    counts: () => structuredClone(counts),
    close: () => closeSync(descriptor),
  }
}
