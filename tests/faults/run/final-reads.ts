import { withSql } from '../../../deploy/local/sql.ts'
import { forEachAtOnce } from '../../bench/closed-loop.ts'
import type { Operation, Outcome } from '../history/history.ts'
import type { Edge } from '../load/edge.ts'

/** Of nobody who took part in the load. */
const READER = 0
const AT_ONCE = 16
const ASK_MS = 30_000
const ATTEMPTS = 5

type Urls = Record<'order' | 'billing' | 'notification', string>

/**
 * Reads every balance, every order and every message as a client would, now that all is settled:
 * what became of each operation that nobody could tell of is in there.
 */
export const readEverything = async (edge: Edge, urls: Urls): Promise<void> => {
  const list = (service: keyof Urls, query: string) =>
    withSql(urls[service], ASK_MS, (sql) => sql.unsafe(query))
  const accounts = await list('billing', 'select account from accounts order by account')
  const orders = await list('order', 'select order_id from orders order by order_id')
  const reads: Pick<Operation, 'type' | 'request'>[] = [
    ...accounts.map((row) => ({
      type: 'balance' as const,
      request: { account: String(row['account']) },
    })),
    ...orders.flatMap((row) => {
      const request = { orderId: Number(row['order_id']) }
      return [
        { type: 'status' as const, request },
        { type: 'message' as const, request },
      ]
    }),
  ]
  await forEachAtOnce(AT_ONCE, reads, async (read) => {
    let outcome: Outcome | undefined
    for (let attempt = 0; attempt < ATTEMPTS && outcome?.phase !== 'ok'; attempt += 1) {
      outcome = await edge({ ...read, client: READER, intent: 'new' })
    }
  })
}
