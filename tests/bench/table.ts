/** Lines up cells under their headings: the first column to the left, numbers to the right. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0
          return column === 0 ? cell.padEnd(width) : cell.padStart(width)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A name and a sentence on each line. */
export const facts = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

/** 1234.5 → 1,235 */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Milliseconds with one decimal below a hundred; what never came is longer than the wait for it. */
export const milliseconds = (value: number | undefined): string => {
  if (value === undefined) return '-'
  if (!Number.isFinite(value)) return 'never'
  return value < 100 ? `${value.toFixed(1)} ms` : `${whole(value)} ms`
}
