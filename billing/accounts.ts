import type { Database } from '../shared/database.ts'
import { pause } from '../shared/wait.ts'
import type { AccountView } from './balances.ts'
import { accounts, type CURRENCIES } from './tables.ts'

export type OpenAccount = (request: {
  account: string
  currency: (typeof CURRENCIES)[number]
}) => Promise<'opened' | 'account_exists'>

/** Opens an account with nothing in it, unless it is open already. */
export const openAccountIn =
  ({ orm }: Database): OpenAccount =>
  async (request) => {
    const opened = await orm
      .insert(accounts)
      .values(request)
      .onConflictDoNothing()
      .returning({ account: accounts.account })
    return opened.length === 1 ? 'opened' : 'account_exists'
  }

/** The account, `undefined` when there is none, `behind` when its balance cannot be told in time. */
export type ReadAccount = (account: string) => Promise<AccountView | undefined | 'behind'>

/** Soon at first, when the balance is usually there; then each time half as late again. */
const LOOK_AGAIN = { firstMs: 4, growth: 1.5, mostMs: 50 }

/**
 * Reads your writes: whatever was accepted before the question is in the answer. The balance may
 * lag behind by a few milliseconds, so this waits for the transaction that was the latest when
 * the question came; not for later ones, which could go on for ever.
 */
export const readAccount =
  (find: (account: string) => Promise<AccountView | undefined>, deadlineMs: number): ReadAccount =>
  async (account) => {
    const startedAt = performance.now()
    let found = await find(account)
    const accepted = found?.lastSequence ?? 0
    let waitMs = LOOK_AGAIN.firstMs
    while (found !== undefined && found.sequence < accepted) {
      if (performance.now() - startedAt > deadlineMs) return 'behind'
      await pause(waitMs)
      waitMs = Math.min(waitMs * LOOK_AGAIN.growth, LOOK_AGAIN.mostMs)
      found = await find(account)
    }
    return found
  }
