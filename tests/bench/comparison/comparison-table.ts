import { milliseconds, table, whole } from '../table.ts'
import { type Comparison, median, type Names, ratiosOf } from './comparison.ts'

/** Both subjects side by side: the median of each, the ratio of every round, and what was aimed at. */
export const comparisonTable = (names: Names, comparisons: readonly Comparison[]): string =>
  table([
    [
      'median of the rounds',
      names.measured,
      names.baseline,
      'ratio of each round',
      'median',
      'aim',
    ],
    ...comparisons.map((each) => [
      each.name,
      figure(median(each.measured), each.unit),
      figure(median(each.baseline), each.unit),
      ratiosOf(each).map(times).join(' '),
      times(median(ratiosOf(each))),
      each.aim === undefined ? '' : `${each.aim.bound} ${times(each.aim.ratio)}`,
    ]),
  ])

/** A figure with its unit. */
export const figure = (value: number, unit: Comparison['unit']): string => {
  if (Number.isNaN(value)) return '-'
  switch (unit) {
    case 'µs':
      return `${whole(value)} µs`
    case 'ms':
      return milliseconds(value)
    case 's':
      return `${value.toFixed(2)} s`
    case 'MB':
      return `${whole(value)} MB`
    case 'per second':
      return `${whole(value)}/s`
    default:
      return unit satisfies never
  }
}

/** A ratio, with two digits that count. */
export const times = (ratio: number): string =>
  Number.isFinite(ratio) ? `${Number(ratio.toPrecision(2))}×` : '-'
