import { outcomeMessage, transactionMessage } from '../../billing/events.ts'
import { orderMessage } from '../../order/events.ts'
import type { Sql, Transaction as Tx } from '../../shared/database.ts'
import { enqueue } from '../../shared/outbox/enqueue.ts'
import type { Step } from '../local/steps.ts'
import { renewTopics } from './new-topics.ts'
import type { Recovery } from './running.ts'
import { decideAgain, transactionsInSequence } from './witness.ts'

const PAGE = 1_000

/**
 * Everything is made again from Postgres. What was accepted waits in billing's outbox in sequence,
 * before anything that comes later, so nothing arrives before its predecessors, and the ledger
 * decides it as before. Billing's transaction comes last: until it, all may be done once more.
 */
export const brokerLostSteps = ({ places, databases }: Recovery): Step[] => [
  {
    title: 'Decide everything again in memory: journal, statuses and messages must agree',
    run: async () => `${await decideAgain(databases)} transactions, each as before`,
  },
  {
    title: 'Make the topics and the positions of their readers anew',
    run: () => renewTopics(places.kafka, places.partitions),
  },
  {
    title: 'Put pending orders on their way again',
    run: async () => `${await databases.order.begin(sendPendingOrders)} orders`,
  },
  {
    title: 'Empty balances, journal and checkpoints, and put every transaction on its way again',
    run: async () => `${await databases.billing.begin(sendEverything)} messages`,
  },
]

export const sendPendingOrders = async (tx: Tx): Promise<number> => {
  // Whatever waits here is of pending orders, and all of these follow.
  await tx`delete from outbox`
  let count = 0
  for (let after = 0n; ; ) {
    const rows = await tx<{ order_id: bigint; account: string; amount: bigint; hash: string }[]>`
      select order_id, account, amount, hash from orders
      where status = 'PENDING' and order_id > ${String(after)}::bigint
      order by order_id limit ${PAGE}`
    await enqueue(
      tx,
      rows.map(({ order_id, ...wish }) => orderMessage({ orderId: Number(order_id), ...wish })),
    )
    count += rows.length
    after = rows.at(-1)?.order_id ?? after
    if (rows.length < PAGE) break
  }
  await tx`update orders set resends = 0, resent_at = now() where status = 'PENDING'`
  return count
}

const sendEverything = async (tx: Tx): Promise<number> => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- statements are all that is used.
  const sql = tx as unknown as Sql
  await tx`lock table accounts, transactions in share mode`
  await tx`truncate balances, journal, checkpoints, sweeps, outbox`
  let count = 0
  for await (const transactions of transactionsInSequence(sql)) {
    await enqueue(tx, transactions.map(transactionMessage))
    count += transactions.length
  }
  return count + (await sendRefusals(tx))
}

/** Orders that named no account have no number; their refusal is their only trace. */
const sendRefusals = async (tx: Tx): Promise<number> => {
  let count = 0
  for (let after = 0n; ; ) {
    const rows = await tx<{ id: bigint; account: string; order_id: bigint; amount: bigint }[]>`
      select id, account, order_id, amount from transactions
      where sequence is null and id > ${String(after)}::bigint order by id limit ${PAGE}`
    await enqueue(
      tx,
      rows.map(({ account, order_id, amount }) =>
        outcomeMessage({
          outcome: 'rejected',
          orderId: Number(order_id),
          account,
          amount,
          reason: 'account_not_found',
        }),
      ),
    )
    count += rows.length
    after = rows.at(-1)?.id ?? after
    if (rows.length < PAGE) return count
  }
}
