import type { Contract } from './contract.ts'

export type Accepted = { orderId: string; account: string }
export type Placed = { ok: true; order: Accepted } | { ok: false; status: number }

/** The orders of one run, and what the system promised about them. */
export type Orders = {
  /** Sends the next order of 1.00; the accounts take turns, the hashes are as random as clients' are. */
  place: () => Promise<Placed>
  /** Every order that was answered 201. */
  accepted: Accepted[]
  /** Accounts with an order that got no clear answer: nobody knows whether it counts. */
  uncertain: Set<string>
}

export const openOrders = (contract: Contract, accounts: readonly string[]): Orders => {
  const accepted: Accepted[] = []
  const uncertain = new Set<string>()
  let count = 0

  const place = async (): Promise<Placed> => {
    const account = accounts[count++ % accounts.length] ?? ''
    try {
      const response = await contract.placeOrder(account, '1.00', crypto.randomUUID())
      const text = await response.text()
      if (response.status !== 201) {
        if (response.status >= 500) uncertain.add(account)
        return { ok: false, status: response.status }
      }
      const order = { orderId: text, account }
      accepted.push(order)
      return { ok: true, order }
    } catch (error) {
      uncertain.add(account)
      throw error
    }
  }

  return { place, accepted, uncertain }
}
