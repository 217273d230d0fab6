import type { Dump } from '../dump/dump.ts'
import { asText } from './bytes.ts'
import { append, found, recordOf, removeRecord, removeRows, rewrite } from './example/mutate.ts'
import type { Mutation } from './mutations.ts'

const batchesOf = ({ batches }: Dump, topic: string) =>
  found(batches).filter((batch) => batch.topic === topic)

/** What the ledger wrote, and the tables that mirror it. */
export const LOG_MUTATIONS: readonly Mutation[] = [
  [
    'journal-is-the-fold',
    'a line is missing',
    (dump) => removeRecord(dump, 'processedTransaction', '"o1"'),
  ],
  [
    'journal-is-the-fold',
    'an order is approved that the balance does not cover',
    (dump) =>
      rewrite(
        dump,
        'processedTransaction',
        'REJECTED","reason":"insufficient',
        'APPROVED","reason":"x',
      ),
  ],
  [
    'journal-is-the-fold',
    'two accounts are decided in another order',
    (dump) => {
      const { committed } = dump.topics.processedTransaction
      const late = recordOf(dump, 'processedTransaction', '"l1"')
      const first = recordOf(dump, 'processedTransaction', '"d1"')
      ;[late.value, first.value] = [first.value, late.value]
      ;[late.key, first.key] = [first.key, late.key]
      committed.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
    },
  ],
  [
    'balances-are-the-fold',
    'a row was made of another input',
    (dump) => rewrite(dump, 'bankBalance', '"source":"', '"source":"9'),
  ],
  [
    'balances-are-the-fold',
    'the last row of an account is missing',
    (dump) => removeRecord(dump, 'bankBalance', '"l1"'),
  ],
  [
    'decided-once',
    'a transaction is decided twice',
    (dump) =>
      append(dump, 'processedTransaction', {
        value: asText(recordOf(dump, 'processedTransaction', '"d1"').value),
      }),
  ],
  [
    'decided-once',
    'a balance is written twice',
    (dump) =>
      append(dump, 'bankBalance', { value: asText(recordOf(dump, 'bankBalance', '"o2"').value) }),
  ],
  [
    'sequences-have-no-gap',
    'the log lost a transaction',
    (dump) => removeRecord(dump, 'bankTransaction', '"d2"'),
  ],
  [
    'sequences-have-no-gap',
    'balances go back',
    (dump) =>
      append(dump, 'bankBalance', { value: asText(recordOf(dump, 'bankBalance', '"d2"').value) }),
  ],
  [
    'balances-are-never-negative',
    'one is, for a moment',
    (dump) => rewrite(dump, 'processedTransaction', '"balance":"1050"', '"balance":"-1050"'),
  ],
  [
    'balances-are-never-negative',
    'one is, in the table',
    ({ tables }) => {
      found(tables.balances[0]).balance = -1n
    },
  ],
  [
    'outcomes-are-the-fold',
    'a decided order was never told',
    (dump) => removeRecord(dump, 'rejectedOrderTransaction', '"orderId":3'),
  ],
  [
    'outcomes-are-the-fold',
    'an order is told both ways',
    (dump) => {
      const told = recordOf(dump, 'rejectedOrderTransaction', '"orderId":3')
      const value = asText(told.value).replace('rejected', 'approved')
      append(dump, 'approvedOrderTransaction', { value })
    },
  ],
  [
    'outcomes-are-the-fold',
    'a repeat has another reason',
    (dump) => {
      const told = recordOf(dump, 'rejectedOrderTransaction', '"orderId":3')
      const value = asText(told.value).replace('insufficient_funds', 'account_not_found')
      append(dump, 'rejectedOrderTransaction', { value })
    },
  ],
  [
    'ledger-tells-once',
    'the ledger tells an outcome again',
    (dump) => {
      const [, repeat] = batchesOf(dump, 'approvedOrderTransaction').filter(
        ({ partition, control }) => partition === 0 && control === undefined,
      )
      found(repeat).isTransactional = true
    },
  ],
  [
    'orders-agree',
    'an order stays pending',
    ({ tables }) => {
      Object.assign(found(tables.orders[1]), { status: 'PENDING' })
    },
  ],
  [
    'orders-agree',
    'a message is missing',
    ({ tables }) => removeRows(tables.messages, ({ order_id }) => order_id === 2),
  ],
  [
    'orders-agree',
    'a message says the opposite',
    ({ tables }) => {
      found(tables.messages.find(({ order_id }) => order_id === 2)).outcome = 'rejected'
    },
  ],
  [
    'orders-agree',
    'there are two messages',
    ({ tables }) => tables.messages.push({ order_id: 2, outcome: 'approved' }),
  ],
  [
    'orders-agree',
    'there is a message of no order',
    ({ tables }) => tables.messages.push({ order_id: 99, outcome: 'approved' }),
  ],
  [
    'balances-table-is-the-topic',
    'the cache is a transaction behind',
    ({ tables }) => {
      found(tables.balances.find(({ account }) => account === 'alice')).last_hash = 'o1'
    },
  ],
  [
    'journal-table-is-the-topic',
    'a line is not stored',
    ({ tables }) => removeRows(tables.journal, ({ hash }) => hash === 'b1'),
  ],
  [
    'journal-table-is-the-topic',
    'a line is stored that is in no topic',
    (dump) => removeRecord(dump, 'processedTransaction', '"b1"'),
  ],
  [
    'transactions-table-is-the-topic',
    'the log never got a transaction',
    (dump) => removeRecord(dump, 'bankTransaction', '"l1"'),
  ],
  [
    'transactions-table-is-the-topic',
    'the log has another amount',
    (dump) => rewrite(dump, 'bankTransaction', '"amount":"7"', '"amount":"8"'),
  ],
  [
    'orders-table-is-the-topic',
    'the log never got an order',
    (dump) => removeRecord(dump, 'order', '"bo2"'),
  ],
]
