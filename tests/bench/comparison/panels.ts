import { type Bar, COLOURS, type Panel } from '../picture.ts'
import { type Comparison, median, type Names, ratiosOf } from './comparison.ts'
import { figure, times } from './comparison-table.ts'

/** The comparisons to look at: both subjects, and the ratio beside what was aimed at. */
export const panelsOf = (names: Names, comparisons: readonly Comparison[]): Panel[] =>
  comparisons.map((each) => ({
    title: `${each.name}: ${times(median(ratiosOf(each)))}${aimOf(each)}`,
    bars: (['measured', 'baseline'] as const).map(
      (subject): Bar => ({
        name: names[subject],
        values: each[subject],
        label: figure(median(each[subject]), each.unit),
        colour: COLOURS[subject],
      }),
    ),
  }))

const aimOf = ({ aim }: Comparison): string =>
  aim === undefined ? '' : ` (aim: ${aim.bound} ${times(aim.ratio)})`
