import { Gauge } from 'prom-client'
import { crashPoint } from '../shared/crash-point.ts'
import type { Log } from '../shared/log.ts'
import { resent } from '../shared/resent.ts'
import { transactionMessage } from './events.ts'
import { type Horizon, horizons } from './horizon.ts'
import type { BillingStore, SweepTransaction, Swept } from './store.ts'

export type Sweep = {
  store: Pick<BillingStore, 'sweep' | 'isOutboxFull'>
  /** A transaction that is not applied after so long is sent again. */
  afterMs: number
  onEnqueued: () => void
  log: Log
}

/** Transactions that are looked at, and perhaps sent, in one Postgres transaction. */
const PAGE = 1_000
const PAGES_MAX = 50
/** What waits in the outbox is not lost; behind so much of it, more would only be in the way. */
const OUTBOX_FULL = 10_000
const PATIENCE_MAX_MS = 300_000

/**
 * Resend until applied: transactions that were accepted but are not in the balances after a while
 * are enqueued again, so that even what the log lost is applied in the end. The sequence makes
 * this harmless. Everything below a remembered position is known to be applied, so a sweep costs
 * what is new, not what there is. It stays below whatever is young, or may still be on its way: a
 * transaction that is committed late, under a lower id, would never be looked at.
 *
 * Sweeps go in rounds, from that position to the newest transaction that should be applied; a long
 * one, after the loss of the whole log, takes several sweeps. A round that does not help is
 * followed by the next after twice as long: during an outage the log must not fill up with repeats.
 */
export const sweeper = ({ store, afterMs, onEnqueued, log }: Sweep) => {
  const isDue = patience(afterMs)
  const closedIn = horizons()
  let round = START

  return async (): Promise<void> => {
    if (await store.isOutboxFull(OUTBOX_FULL)) return
    let sent = 0
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const turned = await store.sweep((tx) => turn(tx, round, { afterMs, closedIn, isDue }))
      sent += turned.sent
      unapplied.set(turned.round.unapplied)
      round = turned.isOver ? START : turned.round
      if (turned.isOver || turned.isRival) break
    }
    if (sent === 0) return
    resent.inc(sent)
    log.warn({ resent: sent }, 'accepted transactions were not applied and are sent again')
    onEnqueued()
  }
}

/**
 * How far a round got: the id it looked at last, and how many it found that are not applied. Up to
 * `closed` it has missed nothing; not known before its first page.
 */
type Round = { after: bigint; unapplied: number; closed?: bigint }
const START: Round = { after: 0n, unapplied: 0 }

/** `isRival`: another instance is sweeping at this moment. */
type Turn = { round: Round; sent: number; isOver: boolean; isRival: boolean }

/** One page of a round: remembers what is settled and sends what is not. */
const turn = async (
  tx: SweepTransaction,
  round: Round,
  { afterMs, closedIn, isDue }: Judging,
): Promise<Turn> => {
  if (!(await tx.lock())) return { round, sent: 0, isOver: false, isRival: true }
  const closed = round.closed ?? closedIn(await tx.horizon())
  const rows = upToYoung(await tx.look({ afterMs, after: round.after, max: PAGE }))
  const stuck = rows.filter(isUnapplied)
  const [first] = stuck
  const isLast = rows.length < PAGE
  const after = rows.at(-1)?.id ?? round.after
  const next = { after, unapplied: round.unapplied + stuck.length, closed }
  if (round.unapplied === 0) {
    const settled = first === undefined ? rows : rows.slice(0, rows.indexOf(first))
    const last = settled.findLast(({ id }) => id <= closed)
    if (last !== undefined) await tx.remember(last.id)
    // What is stuck first decides for the whole round.
    const isAsked = first !== undefined || isLast
    if (isAsked && !isDue(first?.id)) return { round: next, sent: 0, isOver: true, isRival: false }
  }
  await tx.enqueue(stuck.map(({ transaction }) => transactionMessage(transaction)))
  if (stuck.length > 0) crashPoint('sweeper.enqueued')
  return { round: next, sent: stuck.length, isOver: isLast, isRival: false }
}

type Judging = {
  afterMs: number
  /** The id up to which everything is visible. */
  closedIn: (horizon: Horizon) => bigint
  isDue: (first: bigint | undefined) => boolean
}

/** Those before the first that may still be on its way to its balance. */
const upToYoung = (rows: readonly Swept[]): readonly Swept[] => {
  const young = rows.findIndex(({ isYoung }) => isYoung)
  return young < 0 ? rows : rows.slice(0, young)
}

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

const isUnapplied = ({ transaction, applied }: Swept): boolean => transaction.sequence > applied

const unapplied = new Gauge({
  name: 'transactions_unapplied',
  help: 'Transactions that should be in the balances by now and are not, as far as the latest sweep looked.',
})
