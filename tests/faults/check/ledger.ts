import { type DumpRecord, placeOf } from '../dump/dump.ts'
import { shown } from './bytes.ts'
import { balanceBytes, journalBytes } from './expected.ts'
import type { Decided } from './fold.ts'
import { each, type Finding, type Invariant, type Problem, some, together } from './invariant.ts'
import type { Read } from './reading.ts'
import type { View } from './view.ts'

/** The ledger: what it wrote is what its input says, once, in sequence. */
export const LEDGER_INVARIANTS: readonly Invariant<View>[] = [
  {
    name: 'decisions-follow-the-rule',
    promise: 'The rule itself: a payment is approved when the balance covers it, and only then',
    find: ({ fold }) => each(fold.byAccount.values(), ruled),
  },
  {
    name: 'journal-is-the-fold',
    promise: 'Folding bankTransaction again gives the journal: each line, its order, to the byte',
    find: journalIsTheFold,
  },
  {
    name: 'balances-are-the-fold',
    promise:
      'Every row of bankBalance is the folded state of its sequence, and the last is the last',
    find: balancesAreTheFold,
  },
  {
    name: 'decided-once',
    promise:
      'Each transaction has one line of the journal and at most one balance, each order one line',
    find: ({ readings: { journal, balances } }) =>
      together(
        unique(journal, ({ account, sequence }) => `${account} ${sequence}`),
        unique(balances, ({ account, sequence }) => `${account} ${sequence}`),
        unique(
          journal.filter(({ value }) => value.orderId !== null),
          ({ orderId }) => `order ${orderId}`,
        ),
      ),
  },
  {
    name: 'sequences-have-no-gap',
    promise:
      'Sequences count 1, 2, 3… per account in the log and the journal, and grow in balances',
    find: ({ readings: { transactions, journal, balances }, fold }) =>
      together(
        counted(transactions, (last, next) => next <= last + 1),
        counted(journal, (last, next) => next === last + 1),
        counted(balances, (last, next) => next > last),
        each(fold.undecidable, ({ record, value }) => [
          {
            account: value.account,
            detail: `transaction ${value.sequence} cannot be decided where it is`,
            records: [placeOf(record)],
          },
        ]),
      ),
  },
  {
    name: 'balances-are-never-negative',
    promise: 'No balance is below zero: in no topic at any offset, in no table',
    find: ({ readings: { balances, journal }, tables }) =>
      together(
        each(balances, ({ record, value }) => negative(value, placeOf(record))),
        each(journal, ({ record, value }) => negative(value, placeOf(record))),
        each(tables.balances, (row) => negative(row, 'table balances')),
        each(tables.journal, (row) => negative(row, 'table journal')),
      ),
  },
]

/** Not the code under test: these few lines are the whole of it. */
export const ruled = (history: readonly Decided[]): Problem[] => {
  let balance = 0n
  return history.flatMap(({ record, transaction, event, state }, index) => {
    const { type, amount, account, sequence } = transaction
    const expected = type === 'deposit' ? 'deposited' : amount <= balance ? 'approved' : 'rejected'
    if (expected === 'deposited') balance += amount
    if (expected === 'approved') balance -= amount
    const isRight = event.type === expected && state.balance === balance && sequence === index + 1
    const detail = `transaction ${sequence} is ${event.type} with ${state.balance} left, should be ${expected} with ${balance}`
    return isRight ? [] : [{ account, detail, records: [placeOf(record)] }]
  })
}

function journalIsTheFold({ fold, readings }: View) {
  const lines = Map.groupBy(readings.journal, ({ record }) => record.partition)
  const expected = Map.groupBy(fold.decided, ({ record }) => record.partition)
  const partitions = new Set([...lines.keys(), ...expected.keys()])
  return together(
    ...[...partitions].map((partition) =>
      compared(expected.get(partition) ?? [], lines.get(partition) ?? []),
    ),
  )
}

/** Names the first difference of each account: what follows from it would only be noise. */
const compared = (
  expected: readonly Decided[],
  found: readonly Read<{ account: string }>[],
): Finding => {
  const wanted = Map.groupBy(expected, ({ transaction }) => transaction.account)
  const lines = Map.groupBy(found, ({ value }) => value.account)
  const accounts = each(new Set([...wanted.keys(), ...lines.keys()]), (account) => {
    const [want, have] = [wanted.get(account) ?? [], lines.get(account) ?? []]
    const longer = want.length > have.length ? want : have
    const problems = longer
      .values()
      .map((_, at) => differs(account, want[at], have[at]?.record, journalBytes))
    return some(problems.find((problem) => problem !== undefined))
  })
  const problems = accounts.problems.length > 0 ? accounts.problems : misplaced(expected, found)
  return { looked: expected.length, problems }
}

/** Every account may agree and the partition still be out of order. */
const misplaced = (
  expected: readonly Decided[],
  found: readonly Read<{ account: string }>[],
): Problem[] => {
  const wrong = expected.findIndex(
    (decided, at) => found[at]?.record.value !== journalBytes(decided),
  )
  const [at, next] = [expected[wrong], found[wrong]]
  if (at === undefined || next === undefined) return []
  const detail = `the journal has ${shown(next.record.value)} where ${placeOf(at.record)} was to be decided`
  return [
    { account: at.state.account, detail, records: [placeOf(at.record), placeOf(next.record)] },
  ]
}

const differs = (
  account: string,
  decided: Decided | undefined,
  record: DumpRecord | undefined,
  bytesOf: (decided: Decided) => string,
): Problem | undefined => {
  const [want, have] = [decided && bytesOf(decided), record?.value]
  if (want === have) return undefined
  return {
    account,
    detail: `the fold says ${want ?? 'nothing'}, the topic ${shown(have ?? null)}`,
    records: [decided?.record, record].flatMap((place) => (place ? [placeOf(place)] : [])),
  }
}

function balancesAreTheFold({ fold, readings: { balances } }: View) {
  const latest = new Map(balances.map((read) => [read.value.account, read]))
  return together(
    each(balances, ({ record, value: { account, sequence } }) =>
      some(differs(account, fold.byAccount.get(account)?.[sequence - 1], record, balanceBytes)),
    ),
    each(fold.byAccount, ([account, history]) =>
      some(differs(account, history.at(-1), latest.get(account)?.record, balanceBytes)),
    ),
  )
}

const unique = <T>(reads: readonly Read<T>[], nameOf: (value: T) => string) => {
  const seen = new Map<string, DumpRecord>()
  return each(reads, ({ record, value }) => {
    const name = nameOf(value)
    const first = seen.get(name)
    if (first === undefined) seen.set(name, record)
    return some(
      first && { detail: `${name} is there again`, records: [placeOf(first), placeOf(record)] },
    )
  })
}

const counted = (
  reads: readonly Read<{ account: string; sequence: number }>[],
  isNext: (last: number, next: number) => boolean,
) => {
  const last = new Map<string, number>()
  return each(reads, ({ record, value: { account, sequence } }) => {
    const before = last.get(account) ?? 0
    last.set(account, Math.max(before, sequence))
    if (isNext(before, sequence)) return []
    return [{ account, detail: `${sequence} comes after ${before}`, records: [placeOf(record)] }]
  })
}

const negative = ({ account, balance }: { account: string; balance: bigint }, where: string) =>
  some(balance < 0n && { account, detail: `its balance is ${balance}`, records: [where] })
