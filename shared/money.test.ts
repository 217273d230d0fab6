import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { AMOUNT_MAX_MINOR, formatMoney, moneyNumber, parseMoney } from './money.ts'

describe('parseMoney', () => {
  test.each([
    ['0', 0n],
    ['0.0', 0n],
    ['0.01', 1n],
    ['0.1', 10n],
    ['5', 500n],
    ['150.5', 15_050n],
    ['150.50', 15_050n],
    ['9999999999999.99', AMOUNT_MAX_MINOR],
  ] as const)('%s is %s minor units', (text, minor) => {
    expect(parseMoney(text)).toBe(minor)
  })

  const wrong = [
    ['', ' ', '-1', '+1', '-0', '01', '00', '.5', '1.', '1.005', '0.001', '1e2', '1E2', '100e-2'],
    ['1.0e0', 'NaN', 'Infinity', '0x5', '1_000', '5,00', ' 5', '5 ', '5\n', '٥', '５', '1.2.3'],
    ['10000000000000', '9007199254740993.5', '0.30000000000000004', '1'.repeat(100_000)],
  ].flat()
  test.each(wrong)('%j is not an amount', (text) => {
    expect(parseMoney(text)).toBeUndefined()
  })
})

describe('formatMoney', () => {
  test.each([
    [0n, '0'],
    [1n, '0.01'],
    [10n, '0.1'],
    [100n, '1'],
    [15_050n, '150.5'],
    [-5n, '-0.05'],
    [-15_000n, '-150'],
    [123_456_789_012_345_678_901n, '1234567890123456789.01'],
  ] as const)('%s minor units are written %s', (minor, text) => {
    expect(formatMoney(minor)).toBe(text)
  })
})

const amount = fc.bigInt({ min: 0n, max: AMOUNT_MAX_MINOR })
const anyMinor = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })

test('what is written is read back as the same amount', () => {
  fc.assert(fc.property(amount, (minor) => parseMoney(formatMoney(minor)) === minor))
})

test('adding what was read is adding what was written', () => {
  const cents = fc.integer({ min: 0, max: 99 })
  const major = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(major, cents, (whole, part) => {
      const text = `${whole}.${String(part).padStart(2, '0')}`
      return parseMoney(text) === BigInt(whole) * 100n + BigInt(part)
    }),
  )
})

test('the shortest form is a JSON number without an exponent or a trailing zero', () => {
  fc.assert(
    fc.property(anyMinor, (minor) => {
      const text = formatMoney(minor)
      expect(text).toMatch(/^-?(0|[1-9][0-9]*)(\.([0-9]?[1-9]))?$/)
      expect(text).not.toBe('-0')
      expect(JSON.parse(text)).toBe(Number(minor) / 100 === 0 ? 0 : JSON.parse(text))
    }),
  )
})

test('a response carries the digits as a number, beyond what a double could hold', () => {
  const body = { open: moneyNumber(15_050n), huge: moneyNumber(900_719_925_474_099_301n) }
  expect(JSON.stringify(body)).toBe('{"open":150.5,"huge":9007199254740993.01}')
})

test('a response carries every amount with exactly its digits', () => {
  const edges = fc.constantFrom(0n, 1n, -1n, AMOUNT_MAX_MINOR, AMOUNT_MAX_MINOR + 1n)
  const signed = fc.bigInt({ min: -AMOUNT_MAX_MINOR, max: AMOUNT_MAX_MINOR })
  fc.assert(
    fc.property(fc.oneof(signed, anyMinor, edges), (minor) => {
      expect(JSON.stringify(moneyNumber(minor))).toBe(formatMoney(minor))
      expect(JSON.stringify(moneyNumber(-minor))).toBe(formatMoney(-minor))
    }),
    { numRuns: 5_000 },
  )
})
