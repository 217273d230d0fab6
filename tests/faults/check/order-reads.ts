import * as v from 'valibot'
import { textOf } from '../../../notification/domain/message.ts'
import type { Operation } from '../dump/dump.ts'
import { MessageAnswer, StatusAnswer } from './answers.ts'
import type { Finding, Invariant, Problem } from './invariant.ts'
import { expectedOutcomes } from './outcomes.ts'
import { momentsOf } from './reads.ts'
import type { View } from './view.ts'

/** What clients read of their orders never goes back, and is in the end what became of them. */
export const ORDER_READ_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'statuses-never-go-back',
    promise: 'An acknowledged order is found, PENDING until it is decided, and then what it stays',
    find: (view) =>
      walk(view, 'status', 'order_not_found', ({ answer, request: { orderId = 0 } }) => {
        const read = v.safeParse(StatusAnswer, answer)
        if (!read.success) return { level: 0 }
        const { status, account, amount, reason = null } = read.output
        const row = view.rows.orders.get(orderId)
        const isRow = row?.account === account && row.amount === amount
        const isEnd =
          status === 'PENDING' ? reason === null : status === row?.status && reason === row.reason
        return {
          level: status === 'PENDING' ? 1 : 2,
          problem:
            isRow && isEnd
              ? undefined
              : `it read ${status} (${reason}), and the order is ${row?.status} (${row?.reason})`,
        }
      }),
  },
  {
    name: 'messages-never-go-back',
    promise: 'A message that was read is there for ever, and says what became of the order',
    find: (view) => {
      const expected = expectedOutcomes(view)
      return walk(view, 'message', 'notification_not_found', ({ answer, request }) => {
        const { orderId = 0 } = request
        const read = v.safeParse(MessageAnswer, answer)
        if (!read.success) return { level: 0 }
        const outcome = expected.get(orderId)?.outcome
        const texts = outcome && [textOf(orderId, outcome, 'ru'), textOf(orderId, outcome, 'en')]
        const isTrue = texts?.includes(read.output.text)
        return {
          level: 2,
          problem: isTrue ? undefined : `it read "${read.output.text}", and it is ${outcome}`,
        }
      })
    },
  },
]

/** How far an order was seen to be: 0 not at all, 1 placed, 2 decided. */
type Seen = { level: number; problem?: string | undefined }

function walk(
  { operations }: View,
  type: Operation['type'],
  absent: string,
  see: (operation: Operation) => Seen,
): Finding {
  const known = new Map<number, number>()
  const needed = new Map<number, number>()
  const problems: Problem[] = []
  let looked = 0
  const know = (orderId: number, level: number) =>
    known.set(orderId, Math.max(known.get(orderId) ?? 0, level))
  for (const { operation, isEnd } of momentsOf(operations)) {
    const { id, outcome, code, answer, request } = operation
    if (operation.type === 'order' && type === 'status' && isEnd) {
      const placed = v.safeParse(Placed, answer)
      if (placed.success) know(placed.output.orderId, 1)
    }
    if (operation.type !== type) continue
    const { orderId = 0 } = request
    if (!isEnd) {
      needed.set(id, known.get(orderId) ?? 0)
      continue
    }
    if (outcome !== 'ok' && code !== absent) continue
    looked += 1
    const { level, problem } = outcome === 'ok' ? see(operation) : { level: 0 }
    const floor = needed.get(id) ?? 0
    if (problem) problems.push({ orderId, detail: `operation ${id}: ${problem}` })
    if (level < floor) {
      const detail = `operation ${id} found it ${LEVELS[level]} after it was ${LEVELS[floor]}`
      problems.push({ orderId, detail })
    }
    know(orderId, level)
  }
  return { looked, problems }
}

const LEVELS = ['absent', 'placed', 'decided']
const Placed = v.object({ orderId: v.number() })
