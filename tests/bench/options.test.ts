import { expect, test } from 'bun:test'
import { readOptions } from './options.ts'

test('without arguments, the measurements of the README', () => {
  expect(readOptions([])).toEqual({
    url: undefined,
    folder: expect.stringMatching(/\/\.local$/),
    seconds: 10,
    connections: 32,
    rate: 20,
    accounts: 1000,
    deadlineSeconds: 60,
    out: false,
  })
})

test('every option is read', () => {
  const line =
    '--url http://host:1 --folder other --seconds 2 --connections 8 --rate 5 --accounts 9'
  expect(readOptions([...line.split(' '), '--deadline', '7', '--out'])).toEqual({
    url: 'http://host:1',
    folder: 'other',
    seconds: 2,
    connections: 8,
    rate: 5,
    accounts: 9,
    deadlineSeconds: 7,
    out: true,
  })
})

test.each([
  ['no time', ['--seconds', '0'], '--seconds must be a number from 1 to 3600, not 0'],
  ['half a second', ['--seconds', '0.5'], '--seconds must be a number'],
  ['too many connections', ['--connections', '201'], '--connections must be a number'],
  ['an address without a scheme', ['--url', 'host'], '--url is not a URL: host'],
  ['a word that means nothing', ['--fast'], '--fast'],
])('%s is refused', (_name, args, message) => {
  expect(() => readOptions(args)).toThrow(message)
})
