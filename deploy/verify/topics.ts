import { loadAccounts } from '../../billing/balances.ts'
import type { Account } from '../../billing/domain/account.ts'
import { isSame, nameOf } from '../../billing/domain/audit.ts'
import { balanceCodec, journalCodec, TOPICS, transactionCodec } from '../../billing/events.ts'
import type { Incoming } from '../../shared/kafka/record.ts'
import { partitionsOf, readPartition } from '../places/log-reader.ts'
import type { Audit } from './audit.ts'
import {
  acceptedOnes,
  checkpointsOf,
  journaledOnes,
  type Known,
  knownAccounts,
} from './topic-statements.ts'

/** Each of some hundred bytes; more accounts are taken in several passes over the topics. */
const ACCOUNTS_PER_PASS = 100_000

/**
 * The topics against the tables, record by record, and whether they have everything that the
 * tables have. What a table surely has by now is read from its checkpoint before the record is,
 * and what a topic surely has from the table before the topic is: so nothing that is only on its
 * way is ever found.
 */
export const verifyTopics = async (audit: Audit): Promise<void> => {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const { known, next } = await knownAccounts(audit.databases.billing, after, ACCOUNTS_PER_PASS)
    const isOurs = (account: string) =>
      account > (after ?? '') && (next === undefined || account <= next)
    const pass = { audit, known, isOurs }
    await eachRecord(pass, TOPICS.transactions, compareTransactions)
    await eachRecord(pass, TOPICS.journal, compareLines)
    await eachRecord(pass, TOPICS.balances, compareBalances)
    for (const [account, entry] of known) completeness(audit, account, entry)
    after = next
  }
}

type Pass = { audit: Audit; known: Map<string, Known>; isOurs: (account: string) => boolean }

type Compare = (pass: Pass, records: Incoming[], stored: bigint) => Promise<void>

const eachRecord = async (pass: Pass, topic: string, compare: Compare): Promise<void> => {
  const { kafka, databases, pace, findings } = pass.audit
  for (const partition of await partitionsOf(kafka, topic)) {
    const stored = await checkpointsOf(databases.billing, topic, partition)
    for await (const records of readPartition(kafka, topic, partition)) {
      const ours = records.filter(({ key }) => pass.isOurs(key?.toString() ?? ''))
      findings.looked(topic, ours.length)
      await compare(pass, ours, stored)
      await pace()
    }
  }
}

const whereOf = ({ topic, partition, offset }: Incoming) => ({
  check: topic,
  record: `${topic}/${partition}@${offset}`,
})

/** What cannot be read, or has another's key, was set aside, and says nothing of an account. */
const readable = <T extends { account: string }>(
  records: readonly Incoming[],
  decode: (bytes: Buffer | null) => { ok: true; value: T } | { ok: false },
): { record: Incoming; value: T }[] =>
  records.flatMap((record) => {
    const decoded = decode(record.value)
    if (!decoded.ok || record.key?.toString() !== decoded.value.account) return []
    return [{ record, value: decoded.value }]
  })

/** Everything is stored before it is sent. */
const compareTransactions: Compare = async ({ audit, known }, records) => {
  const read = readable(records, transactionCodec.decode)
  const accepted = await acceptedOnes(
    audit.databases.billing,
    read.map(({ value }) => value),
  )
  for (const { record, value } of read) {
    const { account, sequence } = value
    const stored = accepted.get(`${account} ${sequence}`)
    if (stored === undefined || !isSame(stored, value)) {
      const other = stored === undefined ? 'nothing of this number' : nameOf(stored)
      const text = `the topic says ${nameOf(value)}, accepted was ${other}`
      audit.findings.found({ ...whereOf(record), account, sequence, text })
    }
    const entry = known.get(account)
    if (entry !== undefined && sequence === entry.sent + 1) entry.sent = sequence
  }
}

const compareLines: Compare = async ({ audit, known }, records, stored) => {
  const read = readable(records, journalCodec.decode)
  const lines = await journaledOnes(
    audit.databases.billing,
    read.map(({ value }) => value),
  )
  for (const { record, value } of read) {
    const { account, sequence } = value
    const found = (text: string) =>
      audit.findings.found({ ...whereOf(record), account, sequence, text })
    const entry = known.get(account)
    if (entry !== undefined) {
      if (sequence !== entry.decided + 1) found(`was decided after ${entry.decided}`)
      entry.decided = sequence
    }
    const line = lines.get(`${account} ${sequence}`)
    if (line === undefined) {
      if (record.offset < stored) found('is not in the table, though its checkpoint is behind it')
    } else if (line !== journalCodec.encode(value)) {
      found(`the topic says ${journalCodec.encode(value)}, the table ${line}`)
    }
  }
}

const compareBalances: Compare = async ({ audit, known }, records, stored) => {
  const read = readable(records, balanceCodec.decode)
  const rows = await loadAccounts({ sql: audit.databases.billing })(
    read.map(({ value }) => value.account),
  )
  for (const { record, value } of read) {
    const { account, sequence } = value
    const entry = known.get(account)
    if (entry !== undefined) entry.published = Math.max(entry.published, sequence)
    const row = rows.get(account)
    const found = (text: string) =>
      audit.findings.found({ ...whereOf(record), account, sequence, text })
    if (row === undefined || row.sequence < sequence) {
      if (record.offset < stored) found(`the cached balance is of ${row?.sequence ?? 'nothing'}`)
    } else if (row.sequence === sequence && !isSameRow(row, value)) {
      found(`the topic says ${value.balance}, the cached balance is ${row.balance}`)
    }
  }
}

type BalanceRow = Extract<ReturnType<typeof balanceCodec.decode>, { ok: true }>['value']

const isSameRow = ({ balance, last }: Account, row: BalanceRow): boolean =>
  balance === row.balance &&
  last?.amount === row.lastAmount &&
  last.hash === row.lastHash &&
  (last.orderId ?? null) === row.lastOrderId &&
  last.state === row.lastTransactionState

/** What the tables had before the topics were read, these must have. */
const completeness = ({ findings }: Audit, account: string, entry: Known): void => {
  const { cached, journaled, sent, decided, published } = entry
  const lacks = (topic: string, last: number, wanted: number) => {
    if (last >= wanted) return
    const text = `the topic has everything up to ${last}, the tables up to ${wanted}`
    findings.found({ check: topic, account, sequence: last + 1, text })
  }
  lacks(TOPICS.transactions, sent, cached)
  lacks(TOPICS.journal, decided, Math.max(cached, journaled))
  lacks(TOPICS.balances, published, cached)
}
