import { expect, test } from 'bun:test'
import { ledgerTopology } from '../../../billing/topology.ts'
import { expectedAfter } from './expected.ts'
import { wrongBalance } from './verify.ts'

const [account] = expectedAfter(2, 1).accounts.values()
const row = account === undefined ? '' : ledgerTopology.row(account, 1n)

test.each([
  ['the row of the fold is right', row, []],
  ['its source does not matter', row.replace('"source":"1"', '"source":"9"'), []],
  ['another balance', row.replace(/"balance":"\d+"/, '"balance":"7"'), [/not the one after 2/]],
  ['an earlier row', row.replace('"sequence":2', '"sequence":1'), [/not the one after 2/]],
  ['no row', '', [/not JSON/]],
])('%s', (_name, text, expected) => {
  const wrong = account === undefined ? ['no account'] : wrongBalance(account, Buffer.from(text))
  expect(wrong).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
})
