import { assert } from '../../shared/assert.ts'
import { forEachAtOnce } from './closed-loop.ts'
import type { Contract } from './contract.ts'

/** Enough for a million orders: no order of the load may fail for want of money. */
export const fundsOfAccount = 1_000_000

/** Opens so many accounts and fills each; the names are new in every run. */
export const openAccounts = async (
  contract: Contract,
  run: string,
  count: number,
): Promise<string[]> => {
  const accounts = Array.from({ length: count }, (_, index) => `${run}-${index}`)
  await forEachAtOnce(32, accounts, async (account) => {
    await expectStatus(201, await contract.createAccount(account))
    await expectStatus(200, await contract.deposit(account, `${fundsOfAccount}`, `fund-${account}`))
  })
  return accounts
}

const expectStatus = async (status: number, response: Response): Promise<void> => {
  const text = await response.text()
  assert(response.status === status, `an account could not be opened: ${response.status} ${text}`)
}
