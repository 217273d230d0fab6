/** A table in memory: what is committed, and by which rules rows live in it. */
export type Table<Row> = {
  name: string
  rows: Map<string, Row>
  keyOf: (row: Row) => string
  uniques: Unique<Row>[]
  checks: { name: string; holds: (row: Row) => boolean }[]
  /** The last number that was given; a rollback does not give it back. */
  identity: number
}

/** `of`: the value that only one row may have, undefined for a row that has none. */
export type Unique<Row> = {
  name: string
  of: (row: Row) => string | undefined
  /** Of the committed rows, by value. */
  index: Map<string, Row>
}

export type TableOptions<Row> = {
  name: string
  keyOf: (row: Row) => string
  uniques?: Record<string, (row: Row) => string | undefined>
  checks?: Record<string, (row: Row) => boolean>
}

export const table = <Row>(options: TableOptions<Row>): Table<Row> => ({
  name: options.name,
  rows: new Map(),
  keyOf: options.keyOf,
  uniques: Object.entries(options.uniques ?? {}).map(([name, of]) => ({
    name,
    of,
    index: new Map(),
  })),
  checks: Object.entries(options.checks ?? {}).map(([name, holds]) => ({ name, holds })),
  identity: 0,
})

/** Makes a change visible to all. */
export const apply = <Row>(into: Table<Row>, key: string, row: Row | undefined): void => {
  const before = into.rows.get(key)
  if (row === undefined) into.rows.delete(key)
  else into.rows.set(key, row)
  for (const { of, index } of into.uniques) {
    const [old, now] = [before && of(before), row && of(row)]
    if (old !== undefined && old !== now) index.delete(old)
    if (now !== undefined && row !== undefined) index.set(now, row)
  }
}

export const nextIdentity = <Row>(of: Table<Row>): number => {
  of.identity += 1
  return of.identity
}
