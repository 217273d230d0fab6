import { describe, expect, test } from 'bun:test'
import * as v from 'valibot'
import { bigint, codec, count } from './codec.ts'

const entry = codec(v.object({ name: v.string(), amount: bigint, number: count }), (value) => ({
  ...value,
  amount: String(value.amount),
}))
const value = { name: 'ada', amount: 90071992547409931n, number: 1 }

test('what is written is read back, beyond what a float can hold', () => {
  expect(entry.decode(Buffer.from(entry.encode(value)))).toEqual({ ok: true, value })
})
test('a field that this reader does not know is left out', () => {
  const newer = Buffer.from('{"name":"ada","amount":"5","number":1,"colour":"red"}')
  expect(entry.decode(newer)).toEqual({ ok: true, value: { ...value, amount: 5n } })
})

describe('what cannot be read is said', () => {
  test.each([
    ['no value', null, 'the record has no value'],
    ['no JSON', Buffer.from('{'), 'the value is not JSON'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'the value is not JSON'],
    ['an amount as a float', Buffer.from('{"name":"a","amount":5,"number":1}'), 'amount:'],
    ['an amount with a point', Buffer.from('{"name":"a","amount":"5.0","number":1}'), 'amount:'],
    ['number zero', Buffer.from('{"name":"a","amount":"5","number":0}'), 'number:'],
    ['a list', Buffer.from('[]'), 'name:'],
  ] as const)('%s', (_name, bytes, expected) => {
    const decoded = entry.decode(bytes)
    expect(decoded.ok).toBe(false)
    expect(decoded.ok ? '' : decoded.reason).toStartWith(expected)
  })
})
