import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Comparison, Names } from './comparison.ts'
import { comparisonTable } from './comparison-table.ts'
import { type Conditions, conditionLines } from './conditions.ts'
import { picture } from './picture.ts'

export type Results = {
  /** Of the files, and what the picture is about. */
  name: string
  title: string
  conditions: Conditions
  names: Names
  comparisons: Comparison[]
  /** What is said beside the comparisons. */
  remarks: string[]
  /** For who wants to know more than the comparisons tell; kept with the figures. */
  details?: unknown
}

const FOLDER = join(import.meta.dir, '../results')

/** The report for people. */
export const reportOf = ({ conditions, names, comparisons, remarks }: Results): string =>
  [...conditionLines(conditions), '', comparisonTable(names, comparisons), '', ...remarks].join(
    '\n',
  )

/** Writes the figures as JSON and a picture of them; answers where. */
export const writeResults = async (results: Results): Promise<string[]> => {
  const { name, title, conditions, names, comparisons, remarks } = results
  await mkdir(FOLDER, { recursive: true })
  const path = join(FOLDER, `${name}-${conditions.date.slice(0, 19).replaceAll(':', '')}`)
  await Bun.write(`${path}.json`, `${JSON.stringify(results, null, 2)}\n`)
  await Bun.write(
    `${path}.svg`,
    picture(title, names, comparisons, [...remarks, ...conditionLines(conditions)]),
  )
  return [`${path}.json`, `${path}.svg`]
}
