import { Gauge } from 'prom-client'

/** The ids of the first and the last row, and for how many seconds the first has been there. */
export type Backlog = { first: bigint; last: bigint; age: number }

/**
 * What the relay saw at its latest look; undefined for an empty outbox. Nothing is counted: ids
 * are given in sequence, so a transaction that was rolled back makes it a few rows too many.
 */
export const observeBacklog = (
  seen: Backlog | undefined,
  now: () => number = () => performance.now(),
): void => {
  const at = now()
  rows.set(seen === undefined ? 0 : Number(seen.last - seen.first) + 1)
  // It goes on ageing while the relay cannot look.
  ageNow = () => (seen === undefined ? 0 : seen.age + (now() - at) / 1_000)
}

let ageNow = (): number => 0

const rows = new Gauge({
  name: 'outbox_rows',
  help: 'Outbox rows that are not sent yet, by their ids.',
})
const oldest: Gauge = new Gauge({
  name: 'outbox_oldest_seconds',
  help: 'For how long the oldest outbox row has been waiting.',
  collect: () => oldest.set(ageNow()),
})
