import type { Dump } from '../dump/dump.ts'
import { readDump } from '../dump/read-dump.ts'
import { ABORTED_INVARIANTS } from './aborted.ts'
import { ANSWER_INVARIANTS } from './answers.ts'
import { BOOK_INVARIANTS } from './books.ts'
import { CONSUMED_INVARIANTS } from './consumed.ts'
import { DECODED_INVARIANTS } from './decoded.ts'
import { EFFECT_INVARIANTS } from './effects.ts'
import type { Finding, Invariant, Violation } from './invariant.ts'
import { LEDGER_INVARIANTS } from './ledger.ts'
import { LETTER_INVARIANTS } from './letters.ts'
import { ORDER_READ_INVARIANTS } from './order-reads.ts'
import { OUTCOME_INVARIANTS } from './outcomes.ts'
import { PROJECTION_INVARIANTS } from './projections.ts'
import { READ_INVARIANTS } from './reads.ts'
import { RECORD_INVARIANTS } from './records.ts'
import { REFUSAL_INVARIANTS } from './refusals.ts'
import { printReport } from './report.ts'
import { TRANSACTION_INVARIANTS } from './transactions.ts'
import { type View, viewOf } from './view.ts'

/** All that must be true whatever happened: what clients were told first, the machinery last. */
export const INVARIANTS: readonly Invariant<View>[] = [
  ...EFFECT_INVARIANTS,
  ...REFUSAL_INVARIANTS,
  ...ANSWER_INVARIANTS,
  ...READ_INVARIANTS,
  ...ORDER_READ_INVARIANTS,
  ...DECODED_INVARIANTS,
  ...BOOK_INVARIANTS,
  ...LEDGER_INVARIANTS,
  ...OUTCOME_INVARIANTS,
  ...PROJECTION_INVARIANTS,
  ...CONSUMED_INVARIANTS,
  ...RECORD_INVARIANTS,
  ...LETTER_INVARIANTS,
  ...ABORTED_INVARIANTS,
  ...TRANSACTION_INVARIANTS,
]

export type Report = (Finding & Pick<Invariant<View>, 'name' | 'promise'>)[]

/** What each invariant looked at and found, in the order of the table. */
export const examine = (dump: Dump): Report => {
  const view = viewOf(dump)
  return INVARIANTS.map(({ name, promise, find }) => ({ name, promise, ...find(view) }))
}

/** Every violation; none means that nothing was lost and nothing doubled. */
export const check = (dump: Dump): Violation[] => violationsIn(examine(dump))

export const violationsIn = (report: Report): Violation[] =>
  report.flatMap(({ name, problems }) =>
    problems.map((problem) => ({ invariant: name, ...problem })),
  )

if (import.meta.main) {
  const words = process.argv.slice(2)
  const [folder, ...more] = words.filter((word) => word !== '--json')
  if (folder === undefined || more.length > 0) {
    console.error('usage: bun tests/faults/check/check.ts <folder> [--json]')
    process.exit(2)
  }
  const report = examine(await readDump(folder))
  printReport(report, words.includes('--json'))
  process.exit(violationsIn(report).length === 0 ? 0 : 1)
}
