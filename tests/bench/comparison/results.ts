import { picture } from '../picture.ts'
import { writeFigures } from '../write-figures.ts'
import type { Comparison, Names } from './comparison.ts'
import { comparisonTable } from './comparison-table.ts'
import { type Conditions, conditionLines } from './conditions.ts'
import { panelsOf } from './panels.ts'

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

/** The report for people. */
export const reportOf = ({ conditions, names, comparisons, remarks }: Results): string =>
  [...conditionLines(conditions), '', comparisonTable(names, comparisons), '', ...remarks].join(
    '\n',
  )

/** Writes the figures as JSON and a picture of them; answers where. */
export const writeResults = (results: Results): Promise<string[]> => {
  const { name, title, conditions, names, comparisons, remarks } = results
  const footer = [...remarks, ...conditionLines(conditions)]
  const svg = picture(title, panelsOf(names, comparisons), footer)
  return writeFigures(name, conditions.date, results, svg)
}
