import type { Loss, LossOptions, Way } from './types.ts'

/** One asking for losses; what is left of it. */
export type Order<Call> = { name: string; way: Way; left: number; lateMs: number } & Pick<
  LossOptions<Call>,
  'after' | 'only'
>

/** Which calls are to be lost, and which were. */
export type Losses<Call> = {
  ask: (name: string, count: number, way: Way, options?: LossOptions<Call>) => void
  /** Whether this call is to be lost, and how. Then it is either recorded or given back. */
  take: (call: Call) => Order<Call> | undefined
  /** It was not lost after all: the next one is. */
  giveBack: (order: Order<Call>) => void
  record: (order: Order<Call>, call: Call, outcome: Loss<Call>['outcome']) => void
  heal: () => void
  counts: () => Record<string, number>
  list: () => readonly Loss<Call>[]
}

const LATE_MS = 3_000

/** `goesBy` tells whether a call is what a name means. */
export const openLosses = <Call>(goesBy: (call: Call, name: string) => boolean): Losses<Call> => {
  let orders: Order<Call>[] = []
  const lost: Loss<Call>[] = []
  const counts: Record<string, number> = {}
  return {
    ask(name, count, way, { after = 0, only, lateMs = LATE_MS } = {}) {
      orders.push({ name, way, left: count, lateMs, after, ...(only && { only }) })
    },
    take(call) {
      for (const order of orders) {
        if (order.left === 0 || !goesBy(call, order.name) || order.only?.(call) === false) continue
        if (order.after) {
          order.after -= 1
          continue
        }
        order.left -= 1
        return order
      }
      return undefined
    },
    giveBack(order) {
      order.left += 1
    },
    record(order, call, outcome) {
      const what = `${order.name}.${order.way}`
      counts[what] = (counts[what] ?? 0) + 1
      lost.push({ at: Date.now(), way: order.way, call, outcome })
    },
    heal() {
      orders = []
    },
    counts: () => ({ ...counts }),
    list: () => lost,
  }
}
