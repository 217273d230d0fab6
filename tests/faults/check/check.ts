import type { Dump } from '../dump/dump.ts'
import { readDump } from '../dump/read-dump.ts'
import type { Finding, Invariant, Violation } from './invariant.ts'

/** All that must be true whatever happened, in the order in which a reader wants to know it. */
export const INVARIANTS: readonly Invariant<Dump>[] = []

export type Report = (Finding & Pick<Invariant<Dump>, 'name' | 'promise'>)[]

/** What each invariant found, in the order of the table. */
export const examine = (dump: Dump): Report =>
  INVARIANTS.map(({ name, promise, find }) => ({ name, promise, ...find(dump) }))

/** Every violation; none means that nothing was lost and nothing doubled. */
export const check = (dump: Dump): Violation[] =>
  examine(dump).flatMap(({ name, problems }) =>
    problems.map((problem) => ({ invariant: name, ...problem })),
  )

if (import.meta.main) {
  const [folder = '.'] = process.argv.slice(2)
  const violations = check(await readDump(folder))
  console.table(violations)
  process.exit(violations.length === 0 ? 0 : 1)
}
