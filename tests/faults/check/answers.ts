import * as v from 'valibot'
import type { Operation } from '../dump/dump.ts'
import { each, type Invariant, some } from './invariant.ts'
import type { View } from './view.ts'

const money = v.pipe(
  v.string(),
  v.regex(/^-?\d+$/),
  v.transform((digits) => BigInt(digits)),
)
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

/** What clients are told when all went well. Money is in minor units, as the history has it. */
export const BalanceAnswer = v.object({
  account: v.string(),
  balance: money,
  lastAmount: v.nullable(money),
  lastHash: v.nullable(v.string()),
  lastOrderId: v.nullable(count),
  lastTransactionState: v.nullable(v.picklist(['APPROVED', 'REJECTED'])),
})
export const StatusAnswer = v.object({
  orderId: count,
  account: v.string(),
  amount: money,
  status: v.picklist(['PENDING', 'COMPLETE', 'FAILED']),
  reason: v.optional(v.string()),
})
export const MessageAnswer = v.object({ text: v.string() })

const SCHEMAS: Record<Operation['type'], v.GenericSchema> = {
  create: v.object({ account: v.string() }),
  deposit: v.object({ account: v.string(), amount: money, hash: v.string() }),
  order: v.object({ orderId: count }),
  balance: BalanceAnswer,
  status: StatusAnswer,
  message: MessageAnswer,
}

export const ANSWER_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'answers-are-well-formed',
    promise: 'Every answer is of its kind, exact, and about what was asked',
    find: ({ operations }) =>
      each(
        operations.filter(({ outcome }) => outcome === 'ok'),
        ({ id, type, request, answer }) => {
          const read = v.safeParse(SCHEMAS[type], answer)
          const { account, orderId } = request
          const said = `operation ${id}, ${type}, was answered ${JSON.stringify(answer)}`
          if (!read.success) return [{ account, orderId, detail: said }]
          const echoed = answer as Record<string, unknown>
          const isOther = (['account', 'hash', 'orderId'] as const).some(
            (name) =>
              name in echoed && request[name] !== undefined && echoed[name] !== request[name],
          )
          return some(isOther && { account, orderId, detail: `${said}, which is about another` })
        },
      ),
  },
]
