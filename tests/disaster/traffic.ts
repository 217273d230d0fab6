import type { Addresses } from '../support/system.ts'
import { until } from '../support/until.ts'
import { ask, booksOf, type Shop } from './shop.ts'

/** Accounts that pay for some orders and cannot for others, and an order that names no account. */
export const trade = async (shop: Shop, round: string): Promise<number[]> => {
  const names = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay'].map((name) => `${name}-${round}`)
  const orders = await Promise.all(
    names.map(async (name, index) => {
      await shop.open(name)
      await shop.deposit(name, 10, `${name}-salary`)
      return [
        await shop.order(name, 4, `${name}-book`),
        await shop.order(name, 5 + index, `${name}-lamp`),
      ]
    }),
  )
  const nobody = await shop.order(`nobody-${round}`, 1, `nobody-${round}`)
  return [...orders.flat(), nobody]
}

const SETTLING_MS = 60_000
const ORDERS_OPEN = `
  select (select count(*) from orders where status = 'PENDING') + (select count(*) from outbox)
    as open`
const BILLING_OPEN = `
  select (select count(*) from outbox)
    + (select count(*) from accounts left join balances using (account)
       where last_sequence > coalesce(sequence, 0))
    + (select count(*) from transactions left join journal using (account, sequence)
       where transactions.sequence is not null and journal.account is null) as open`

/** The books once nothing is on its way any more. */
export const settledBooks = async (addresses: Addresses): Promise<string[]> => {
  const open = async (name: 'order' | 'billing', query: string) =>
    Number((await ask(addresses[name].databaseUrl, query))[0]?.['open'])
  await until(
    async () =>
      (await open('order', ORDERS_OPEN)) === 0 &&
      (await open('billing', BILLING_OPEN)) === 0 &&
      (await isTold(addresses)),
    { what: 'everything to be settled', deadlineMs: SETTLING_MS },
  )
  return booksOf(addresses)
}

const isTold = async ({ order, notification }: Addresses): Promise<boolean> => {
  const [orders, messages] = await Promise.all([
    ask(order.databaseUrl, 'select count(*) from orders'),
    ask(notification.databaseUrl, 'select count(*) from messages'),
  ])
  return orders[0]?.['count'] === messages[0]?.['count']
}
