import type { Database, Fragment, Sql, Transaction as Tx } from '../shared/database.ts'
import { HaltError } from '../shared/exactly-once/halt.ts'
import type { ProjectionStore } from '../shared/exactly-once/projection.ts'
import { advance, checkpointOf, readRows } from './checkpoints.ts'
import { journalCodec, type Outcome, TOPICS } from './events.ts'

/**
 * Copies the journal's topic into Postgres, in one statement as balances are. A line is written
 * once and never changed.
 */
export const journalStore = ({ sql }: Database): ProjectionStore => ({
  checkpoint: (partition) => checkpointOf(sql, TOPICS.journal, partition),
  store: async (records, partition, next) => {
    const lines = readRows(records, journalCodec.decode)
    const [other] = await sql<Numbered[]>`
      with line as (
        select * from unnest(
          ${lines.map(({ account }) => account)}::text[],
          ${lines.map(({ sequence }) => sequence)}::bigint[],
          ${lines.map(({ type }) => type)}::text[],
          ${lines.map(({ hash }) => hash)}::text[],
          ${lines.map(({ orderId }) => orderId)}::bigint[],
          ${lines.map(({ amount }) => String(amount))}::bigint[],
          ${lines.map(({ state }) => state)}::text[],
          ${lines.map(({ reason }) => reason)}::text[],
          ${lines.map(({ balance }) => String(balance))}::bigint[]
        ) as line (account, sequence, type, hash, order_id, amount, state, reason, balance)
      ), other as (
        ${notAcceptedHere(sql)}
      ), stored as (
        insert into journal
          (account, sequence, type, hash, order_id, amount, state, reason, balance)
        select * from line where not exists (select from other) on conflict do nothing
      ), advanced as (
        ${advance(sql, TOPICS.journal, partition, next, sql`not exists (select from other)`)}
      ) select * from other`
    if (other !== undefined) {
      throw new HaltError(
        `database_behind_log: transaction ${other.sequence} of ${other.account} is not the one that the log has: an older backup was restored`,
      )
    }
  },
})

type Numbered = { account: string; sequence: bigint }

/**
 * What is decided was accepted here first. Another transaction under the same number means that
 * this database was restored from an older backup and has given the number once more: what it
 * accepted under it was taken for a repeat, and somebody has to see that it is made good.
 */
const notAcceptedHere = (sql: Sql): Fragment => sql`
  select account, sequence
  from line left join transactions accepted using (account, sequence)
  where (line.type, line.hash, line.order_id, line.amount) is distinct from
        (accepted.type, accepted.hash, accepted.order_id, accepted.amount) limit 1`

/** The outcomes of those payments that are decided. */
export const journaledOutcomes = async (
  tx: Tx,
  payments: readonly { account: string; sequence: number }[],
): Promise<Outcome[]> => {
  if (payments.length === 0) return []
  const rows = await tx<
    { account: string; order_id: bigint; amount: bigint; state: string; reason: string | null }[]
  >`
    select account, order_id, amount, state, reason from journal
    join unnest(
      ${payments.map(({ account }) => account)}::text[],
      ${payments.map(({ sequence }) => sequence)}::bigint[]
    ) as asked (account, sequence) using (account, sequence)
    where order_id is not null`
  return rows.map(({ account, order_id, amount, state, reason }) => ({
    outcome: state === 'APPROVED' ? 'approved' : 'rejected',
    orderId: Number(order_id),
    account,
    amount,
    reason,
  }))
}
