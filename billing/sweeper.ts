import type { Database, Transaction as Tx } from '../shared/database.ts'
import type { Log } from '../shared/log.ts'
import { enqueue } from '../shared/outbox/enqueue.ts'
import { transactionMessage } from './events.ts'

export type Sweep = {
  database: Database
  /** A transaction that is not applied after so long is sent again. */
  afterMs: number
  onEnqueued: () => void
  log: Log
}

const LOOK_MAX = 1_000
const PATIENCE_MAX_MS = 300_000

/**
 * Resend until applied: transactions that were accepted but are not in the balances after a while
 * are enqueued again, so that even what the log lost is applied in the end. The sequence makes
 * this harmless. Everything below a remembered position is known to be applied, so a sweep costs
 * what is new, not what there is.
 *
 * A sweep that does not help waits twice as long before the next: during an outage the log must
 * not fill up with repeats.
 */
export const sweeper = ({ database: { sql }, afterMs, onEnqueued, log }: Sweep) => {
  const isDue = patience(afterMs)

  return async (): Promise<void> => {
    const resent = await sql.begin(async (tx) => {
      const [lock] = await tx<[{ taken: boolean }]>`
        select pg_try_advisory_xact_lock(${LOCK}) as taken`
      if (!lock?.taken) return 0
      const rows = await look(tx, afterMs)
      const unapplied = rows.filter(isUnapplied)
      const [first] = unapplied
      const settled = first === undefined ? rows : rows.slice(0, rows.indexOf(first))
      await remember(tx, settled.at(-1)?.id)
      if (!isDue(first?.id)) return 0
      await enqueue(tx, unapplied.map(messageOf))
      return unapplied.length
    })
    if (resent === 0) return
    log.warn({ resent }, 'accepted transactions were not applied and are sent again')
    onEnqueued()
  }
}

/** Any constant will do, as long as all instances use the same. */
const LOCK = 7_316_003

/** Whether what is stuck there should be sent (again) now. */
const patience = (afterMs: number) => {
  let stuckAt: bigint | undefined
  let waitMs = afterMs
  let sentAt = 0
  return (first: bigint | undefined): boolean => {
    if (first !== undefined && first === stuckAt) {
      if (performance.now() - sentAt < waitMs) return false
      waitMs = Math.min(waitMs * 2, PATIENCE_MAX_MS)
    } else {
      waitMs = afterMs
    }
    stuckAt = first
    sentAt = performance.now()
    return first !== undefined
  }
}

const isUnapplied = ({ sequence, applied }: Row): boolean => sequence > applied

type Row = {
  id: bigint
  account: string
  sequence: bigint
  type: 'deposit' | 'payment'
  hash: string
  order_id: bigint | null
  amount: bigint
  /** The number of the account's latest transaction that is in its balance. */
  applied: bigint
}

const look = (tx: Tx, afterMs: number) =>
  tx<Row[]>`
    select id, account, t.sequence, type, hash, order_id, amount,
           coalesce(balances.sequence, 0) as applied
    from transactions t left join balances using (account)
    where id > coalesce((select position from sweeps where name = 'transactions'), 0)
      and t.sequence is not null
      and created_at < now() - ${afterMs} * interval '1 millisecond'
    order by id limit ${LOOK_MAX}`

const remember = async (tx: Tx, position: bigint | undefined): Promise<void> => {
  if (position === undefined) return
  await tx`
    insert into sweeps (name, position) values ('transactions', ${String(position)}::bigint)
    on conflict (name) do update set position = greatest(sweeps.position, excluded.position)`
}

const messageOf = ({ account, sequence, type, hash, order_id, amount }: Row) => {
  const common = { account, sequence: Number(sequence), hash, amount }
  return transactionMessage(
    type === 'deposit' || order_id === null
      ? { ...common, type: 'deposit' }
      : { ...common, type: 'payment', orderId: Number(order_id) },
  )
}
