import { pause } from '../../shared/wait.ts'
import { openAccounts } from '../../tests/bench/accounts.ts'
import { openContract } from '../../tests/bench/contract.ts'
import { openOrders } from '../../tests/bench/orders.ts'
import { audit } from '../../tests/bench/outcomes.ts'

/** Requests per second of each kind: one places an order, one reads a balance. */
const RATE = 20
const ACCOUNTS = 50
const CALM_MS = 3_000
const AUDIT_DEADLINE_MS = 60_000

export type LoadResult = {
  seconds: number
  requests: number
  /** Requests without the answer that they should have had, by what came instead. */
  failed: Record<string, number>
  accepted: number
  /** Accepted, but lost, decided wrongly or wrong in a balance. */
  violations: number
}

/**
 * Places orders and reads balances by the clock, from shortly before something is done to the
 * cluster until shortly after, then looks at every order that was accepted and every balance.
 */
export const underLoad = async (url: string, during: () => Promise<void>): Promise<LoadResult> => {
  const contract = openContract({ order: url, billing: url, notification: url })
  const run = `cluster-${crypto.randomUUID().slice(0, 8)}`
  const accounts = await openAccounts(contract, run, ACCOUNTS)
  const orders = openOrders(contract, accounts)
  let requests = 0
  const failed: Record<string, number> = {}
  /** Work answers what was wrong with its answer, if anything. */
  const count = async (what: string, work: () => Promise<number | undefined>): Promise<void> => {
    requests += 1
    const wrong = await work().catch((error: unknown) => nameOf(error))
    if (wrong !== undefined) failed[`${what} ${wrong}`] = (failed[`${what} ${wrong}`] ?? 0) + 1
  }
  const place = async (): Promise<number | undefined> => {
    const placed = await orders.place()
    return placed.ok ? undefined : placed.status
  }
  const read = async (account: string): Promise<number | undefined> => {
    const response = await contract.readAccount(account)
    await response.text()
    return response.ok ? undefined : response.status
  }

  const startedAt = performance.now()
  const done = new AbortController()
  const loading = (async () => {
    const underWay: Promise<void>[] = []
    for (let number = 0; !done.signal.aborted; number += 1) {
      await pause(Math.max(0, startedAt + (number * 1_000) / RATE - performance.now()), done.signal)
      underWay.push(
        count('order', place),
        count('balance', () => read(accounts[number % accounts.length] ?? '')),
      )
    }
    await Promise.all(underWay)
  })()
  try {
    await pause(CALM_MS)
    await during()
    await pause(CALM_MS)
  } finally {
    done.abort()
    await loading
  }
  const seconds = (performance.now() - startedAt) / 1_000
  const found = await audit(contract, orders, accounts, AUDIT_DEADLINE_MS)
  const violations = found.missing.length + found.wrong.length + found.unbalanced.length
  return { seconds, requests, failed, accepted: orders.accepted.length, violations }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')
