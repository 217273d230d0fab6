import { expect, test } from 'bun:test'
import { addTo, differences, type Tally } from './tally.ts'

const tallyOf = (...records: string[]): Tally => {
  const tally: Tally = new Map()
  for (const record of records) addTo(tally, 'journal', record.slice(0, 1), record)
  return tally
}
const wanted = tallyOf('a1', 'b1', 'a2')

test.each([
  ['the same is the same', ['a1', 'b1', 'a2'], []],
  ['between two keys there is no sequence', ['b1', 'a1', 'a2'], []],
  ['a lost record', ['a1', 'a2'], ['journal b: 0 records, expected 1']],
  ['a doubled record', ['a1', 'b1', 'b1', 'a2'], ['journal b: 2 records, expected 1']],
  ['a record of nobody', ['a1', 'b1', 'a2', 'c1'], ['journal c: 1 records, expected 0']],
  ['another value', ['a1', 'b2', 'a2'], ['journal b: other records than expected']],
  ['another sequence', ['a2', 'b1', 'a1'], ['journal a: other records than expected']],
])('%s', (_name, records, expected) => {
  expect(differences(wanted, tallyOf(...records))).toEqual(expected)
})
