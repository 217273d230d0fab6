import type { Transaction } from '../../billing/domain/account.ts'
import { journalCodec } from '../../billing/events.ts'
import { type TransactionRow, transactionOf } from '../../billing/transaction-row.ts'
import type { Sql } from '../../shared/database.ts'

/** How far an account is in the tables, and how far it was found in the topics. */
export type Known = {
  cached: number
  journaled: number
  /** All transactions up to this number. */
  sent: number
  /** The last line of the journal. */
  decided: number
  /** The newest balance. */
  published: number
}

/** The next accounts by their bytes, as JavaScript compares them; `next` unless these are the last. */
export const knownAccounts = async (
  sql: Sql,
  after: string,
  max: number,
): Promise<{ known: Map<string, Known>; next: string | undefined }> => {
  const rows = await sql<{ account: string; cached: bigint; journaled: bigint }[]>`
    select account, coalesce(b.sequence, 0) as cached, coalesce(
      (select max(sequence) from journal where journal.account = accounts.account), 0) as journaled
    from accounts left join balances b using (account)
    where account collate "C" > ${after} order by account collate "C" limit ${max}`
  const known = rows.map(({ account, cached, journaled }): [string, Known] => [
    account,
    { cached: Number(cached), journaled: Number(journaled), sent: 0, decided: 0, published: 0 },
  ])
  return {
    known: new Map(known),
    next: rows.length === max ? rows.at(-1)?.account : undefined,
  }
}

type Key = { account: string; sequence: number }

/** What was accepted under these numbers, by account and number. */
export const acceptedOnes = async (
  sql: Sql,
  keys: readonly Key[],
): Promise<Map<string, Transaction>> => {
  const rows = await sql<TransactionRow[]>`
    select account, sequence, type, hash, order_id, amount from transactions
    join unnest(
      ${keys.map(({ account }) => account)}::text[],
      ${keys.map(({ sequence }) => sequence)}::bigint[]
    ) as asked (account, sequence) using (account, sequence)`
  return new Map(rows.map((row) => [`${row.account} ${row.sequence}`, transactionOf(row)]))
}

/** These lines of the journal as their topic would have them. */
export const journaledOnes = async (
  sql: Sql,
  keys: readonly Key[],
): Promise<Map<string, string>> => {
  const rows = await sql<LineRow[]>`
    select account, sequence, type, hash, order_id, amount, state, reason, balance from journal
    join unnest(
      ${keys.map(({ account }) => account)}::text[],
      ${keys.map(({ sequence }) => sequence)}::bigint[]
    ) as asked (account, sequence) using (account, sequence)`
  return new Map(rows.map((row) => [`${row.account} ${row.sequence}`, lineOf(row)]))
}

type LineRow = TransactionRow & {
  state: 'APPROVED' | 'REJECTED'
  reason: string | null
  balance: bigint
}

/** In the sequence of the schema, which reading a record brings its fields into. */
const lineOf = ({ order_id, ...row }: LineRow): string =>
  canonical(journalCodec, {
    ...row,
    sequence: Number(row.sequence),
    orderId: order_id === null ? null : Number(order_id),
  })

const canonical = (
  codec: typeof journalCodec,
  value: Parameters<typeof journalCodec.encode>[0],
) => {
  const decoded = codec.decode(Buffer.from(codec.encode(value)))
  return decoded.ok ? codec.encode(decoded.value) : ''
}

/** The first offset that is not stored yet. */
export const checkpointsOf = async (
  sql: Sql,
  topic: string,
  partition: number,
): Promise<bigint> => {
  const [row] = await sql<{ position: bigint }[]>`
    select position from checkpoints where topic = ${topic} and partition = ${partition}`
  return row?.position ?? 0n
}
