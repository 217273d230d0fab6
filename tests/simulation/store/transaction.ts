import { checkViolation, uniqueViolation } from './errors.ts'
import type { Holder } from './locks.ts'
import { apply, type Table } from './table.ts'

/** One transaction on the server: its own writes over what is committed. Read committed. */
export type Transaction = Holder & {
  /** Grows from one to the next. */
  number: bigint
  startedAt: number
  isFailed: boolean
  /** By table. */
  writes: Map<object, Written>
  advisory: Set<number>
}

/** A statement that only reads: it waits for nobody. */
export const reading =
  <T>(read: (tx: Transaction) => T): ((tx: Transaction) => Statement<T>) =>
  (tx) =>
    done(read(tx))

// oxlint-disable-next-line require-yield -- it waits for nobody, and is a statement all the same
function* done<T>(value: T): Statement<T> {
  return value
}

type Written = { rows: Map<string, unknown>; commit: () => void }

export const newTransaction = (number: bigint, startedAt: number): Transaction => ({
  number,
  startedAt,
  isFailed: false,
  writes: new Map(),
  advisory: new Set(),
  locks: new Set(),
  waitsFor: undefined,
})

/** A statement: it runs through at once, but for the locks that it has to wait for. */
export type Statement<T> = Generator<string, T, void>

type Rows<Row> = Map<string, Row | undefined>

const ownRows = <Row>(tx: Transaction, of: Table<Row>): Rows<Row> | undefined =>
  tx.writes.get(of)?.rows as Rows<Row> | undefined

const writesTo = <Row>(tx: Transaction, into: Table<Row>): Rows<Row> => {
  const known = ownRows(tx, into)
  if (known !== undefined) return known
  const rows: Rows<Row> = new Map()
  const commit = () => {
    for (const [key, row] of rows) apply(into, key, row)
  }
  tx.writes.set(into, { rows, commit })
  return rows
}

/** The row as this transaction sees it. */
export const get = <Row>(tx: Transaction, from: Table<Row>, key: string): Row | undefined => {
  const own = ownRows(tx, from)
  return own?.has(key) ? own.get(key) : from.rows.get(key)
}

/** All rows as this transaction sees them. */
export const all = <Row>(tx: Transaction, from: Table<Row>): Row[] => {
  const own = ownRows(tx, from)
  if (own === undefined || own.size === 0) return [...from.rows.values()]
  return [...new Map([...from.rows, ...own]).values()].filter((row) => row !== undefined)
}

/** By a unique value. */
export const find = <Row>(
  tx: Transaction,
  from: Table<Row>,
  constraint: string,
  value: string,
): Row | undefined => {
  const unique = from.uniques.find(({ name }) => name === constraint)
  const own = ownRows(tx, from)
  for (const row of own?.values() ?? []) {
    if (row !== undefined && unique?.of(row) === value) return row
  }
  const row = unique?.index.get(value)
  return row !== undefined && own?.has(from.keyOf(row)) ? undefined : row
}

/** Waits for the row, and reads it as it is then. */
export function* lockRow<Row>(
  tx: Transaction,
  from: Table<Row>,
  key: string,
): Statement<Row | undefined> {
  yield `${from.name}#${key}`
  return get(tx, from, key)
}

/**
 * Inserts unless a row with an equal key or unique value is there; a rival that has put one there
 * and is not done yet is waited for. Answers the name of the constraint that is in the way.
 */
export function* insert<Row>(
  tx: Transaction,
  into: Table<Row>,
  row: Row,
): Statement<string | undefined> {
  const failed = into.checks.find(({ holds }) => !holds(row))
  if (failed !== undefined) throw checkViolation(failed.name)
  const key = into.keyOf(row)
  yield `${into.name}#${key}`
  if (get(tx, into, key) !== undefined) return `${into.name}_pkey`
  for (const { name, of } of into.uniques) {
    const value = of(row)
    if (value === undefined) continue
    yield `${name}=${value}`
    if (find(tx, into, name, value) !== undefined) return name
  }
  writesTo(tx, into).set(key, row)
  return undefined
}

/** Inserts, or fails. */
export function* insertNew<Row>(tx: Transaction, into: Table<Row>, row: Row): Statement<void> {
  const conflict = yield* insert(tx, into, row)
  if (conflict !== undefined) throw uniqueViolation(conflict)
}

/** Puts another row in its place; whoever calls has locked it. */
export const write = <Row>(tx: Transaction, into: Table<Row>, row: Row): void => {
  const failed = into.checks.find(({ holds }) => !holds(row))
  if (failed !== undefined) throw checkViolation(failed.name)
  writesTo(tx, into).set(into.keyOf(row), row)
}

export const remove = <Row>(tx: Transaction, from: Table<Row>, key: string): void => {
  writesTo(tx, from).set(key, undefined)
}

/** All of it at once. */
export const commit = (tx: Transaction): void => {
  for (const written of tx.writes.values()) written.commit()
}
