import { describe, expect, test } from 'bun:test'
import { readAccount } from './accounts.ts'
import type { AccountView } from './balances.ts'
import { openAccount } from './domain/account.ts'

/** An account of which one more transaction is applied at each look. */
const catchingUp = (applied: number, accepted: readonly number[]) => {
  let looks = -1
  return async (account: string): Promise<AccountView> => {
    looks += 1
    return {
      ...openAccount(account),
      currency: 'RUB',
      sequence: applied + looks,
      lastSequence: accepted[Math.min(looks, accepted.length - 1)] ?? 0,
    }
  }
}

describe('readAccount', () => {
  test('answers at once when everything is applied', async () => {
    expect(await readAccount(catchingUp(3, [3]), 1_000)('ada')).toMatchObject({ sequence: 3 })
  })
  test('waits for what was accepted before the question', async () => {
    expect(await readAccount(catchingUp(1, [3]), 1_000)('ada')).toMatchObject({ sequence: 3 })
  })
  test('does not wait for what is accepted while it waits', async () => {
    const read = readAccount(catchingUp(1, [3, 50, 90]), 1_000)
    expect(await read('ada')).toMatchObject({ sequence: 3 })
  })
  test('says so when the balance cannot be told in time', async () => {
    const stuck = async (account: string) => ({
      ...openAccount(account),
      currency: 'RUB',
      lastSequence: 1,
    })
    expect(await readAccount(stuck, 20)('ada')).toBe('behind')
  })
  test('knows no account that is not there', async () => {
    expect(await readAccount(async () => undefined, 1_000)('ada')).toBeUndefined()
  })
})
