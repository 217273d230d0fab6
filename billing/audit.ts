import { Counter, Gauge } from 'prom-client'
import type { Sql } from '../shared/database.ts'
import type { Signal } from '../shared/health.ts'
import type { Part } from '../shared/lifecycle.ts'
import type { Log } from '../shared/log.ts'
import { periodically } from '../shared/periodically.ts'
import {
  anyAccount,
  nextEnds,
  nextLines,
  type Place,
  progress,
  theseEnds,
  theseLines,
} from './audit-statements.ts'
import { problemsOfEnds, problemsOfLine } from './domain/audit.ts'

/** What one look looks at: some milliseconds of Postgres, however large the books are. */
const LINES = 500
const ACCOUNTS = 200
/** Of those that are wrong, so many are looked at again each time. */
const SUSPECTS_MAX = 100
/** So many looks without any progress of a projection: what it lacks then, it will not get. */
const STILL_LOOKS = 20

/** Something that is wrong at a place; of an account as a whole when there is no sequence. */
type Suspect = { account: string; sequence?: number; text: string; isSure: boolean }

/**
 * Folds the journal again, a slice at each look, and compares it with what was accepted and with
 * the cached balances. Begins anywhere, goes round, and never ends: so that contradicting books
 * are noticed by us, and not by a client. Answers what is surely wrong.
 *
 * Nothing waits for it, and it makes nothing unready: it would be of no use to turn clients away.
 */
export const audit = (sql: Sql) => {
  let line: Place | undefined
  let account: string | undefined
  let suspects: Suspect[] = []
  let [moved, stillLooks] = ['', 0]

  return async (): Promise<Suspect[]> => {
    const start = line ?? { account: (await anyAccount(sql)) ?? '', sequence: 0 }
    const [lines, ends, before, again] = await Promise.all([
      nextLines(sql, start, LINES),
      nextEnds(sql, account ?? start.account, ACCOUNTS),
      progress(sql),
      lookAgain(sql, suspects),
    ])
    line = lines.length < LINES ? { account: '', sequence: 0 } : placeOf(lines.at(-1))
    account = ends.length < ACCOUNTS ? '' : ends.at(-1)?.account
    linesTotal.inc(lines.length)
    accountsTotal.inc(ends.length)

    stillLooks = before === moved ? stillLooks + 1 : 0
    moved = before
    const sure = again.filter(({ isSure }) => isSure || stillLooks >= STILL_LOOKS)
    const found = [...again, ...lines.flatMap(suspectLine), ...ends.flatMap(suspectEnds)]
    suspects = distinct(found).slice(0, SUSPECTS_MAX)
    return sure
  }
}

/** What of it is still so: that it was so for a moment says nothing. */
const lookAgain = async (sql: Sql, suspects: readonly Suspect[]): Promise<Suspect[]> => {
  if (suspects.length === 0) return []
  const places = suspects.flatMap(({ account, sequence }) =>
    sequence === undefined ? [] : [{ account, sequence }],
  )
  const names = suspects.flatMap((one) => (one.sequence === undefined ? [one.account] : []))
  const [lines, ends] = await Promise.all([theseLines(sql, places), theseEnds(sql, names)])
  return [...lines.flatMap(suspectLine), ...ends.flatMap(suspectEnds)]
}

const suspectLine = (context: Parameters<typeof problemsOfLine>[0]): Suspect[] => {
  const { account, sequence } = context.line.transaction
  return problemsOfLine(context).map((text) => ({ account, sequence, text, isSure: true }))
}

const suspectEnds = (ends: Awaited<ReturnType<typeof nextEnds>>[number]): Suspect[] =>
  problemsOfEnds(ends).map((problem) => ({ account: ends.account, ...problem }))

const placeOf = (context: Parameters<typeof problemsOfLine>[0] | undefined): Place | undefined =>
  context?.line.transaction

const distinct = (suspects: readonly Suspect[]): Suspect[] => [
  ...new Map(suspects.map((one) => [`${one.account} ${one.sequence} ${one.text}`, one])).values(),
]

/** The audit as a chore that tells what it finds by metrics and in the log. */
export const auditing = (sql: Sql, everyMs: number, log: Log): Part => {
  const look = audit(sql)
  const told = new Set<string>()
  return periodically({
    log,
    name: 'audit',
    everyMs,
    health: NEUTRAL,
    work: async () => {
      const sure = await look()
      mismatches.set(new Set(sure.map(({ account }) => account)).size)
      const texts = sure.map(({ account, sequence, text }) => `${account} ${sequence} ${text}`)
      if (texts.every((text) => told.has(text))) return
      told.clear()
      for (const text of texts) told.add(text)
      log.error({ found: sure.slice(0, 10), count: sure.length }, 'the books contradict each other')
    },
  })
}

/** That the audit cannot look is told by the log; clients have nothing to do with it. */
const NEUTRAL: Signal = { up: () => {}, down: () => {}, forget: () => {} }

const mismatches = new Gauge({
  name: 'audit_mismatches',
  help: `Accounts whose journal, transactions and balance contradict each other, as far as the audit has come; at most ${SUSPECTS_MAX}.`,
})
const linesTotal = new Counter({
  name: 'audit_lines_total',
  help: 'Lines of the journal that the audit has folded again.',
})
const accountsTotal = new Counter({
  name: 'audit_accounts_total',
  help: 'Accounts that the audit has compared.',
})
