import { expect, test } from 'bun:test'
import { balanceCodec, journalCodec } from '../../../billing/events.ts'
import { secondLine, standingAccount, standingBalances } from './standing.ts'

const ACCOUNTS = 5

test('each account stands once, with what it has after its first transaction', () => {
  const rows = [...standingBalances(ACCOUNTS)].map(({ value }) =>
    balanceCodec.decode(Buffer.from(value)),
  )
  expect(rows).toHaveLength(ACCOUNTS)
  rows.forEach((row, index) => {
    const { account, sequence, balance } = standingAccount(index, ACCOUNTS)
    expect(row).toMatchObject({ ok: true, value: { account, sequence, balance } })
    expect(sequence).toBe(1)
  })
})

test('the next transaction is decided upon what stands', () => {
  const line = journalCodec.decode(Buffer.from(secondLine(3, ACCOUNTS)))
  expect(line).toMatchObject({ ok: true, value: { account: 'bench-3', sequence: 2 } })
  const { balance } = standingAccount(3, ACCOUNTS)
  const { amount, balance: left } = line.ok ? line.value : { amount: 0n, balance: 0n }
  expect(left).toBe(balance - amount)
})
