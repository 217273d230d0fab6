import type { Dump } from '../dump/dump.ts'
import { asText } from './bytes.ts'
import { append, found, operationOf, readOf, recordOf, removeRows } from './example/mutate.ts'

/** One harm to the good dump: which invariant must report it, what it is, and how it is done. */
export type Mutation = readonly [invariant: string, what: string, harm: (dump: Dump) => void]

/** What clients were told, and what the tables say of it. */
export const MUTATIONS: readonly Mutation[] = [
  [
    'acknowledged-is-kept',
    'an acknowledged deposit is lost',
    ({ tables }) => removeRows(tables.transactions, ({ hash }) => hash === 'd1'),
  ],
  [
    'acknowledged-is-kept',
    'an acknowledged order has another amount',
    ({ tables }) => {
      found(tables.orders.find(({ hash }) => hash === 'o1')).amount += 1n
    },
  ],
  [
    'one-effect-per-wish',
    'a deposit that was repeated is stored twice',
    ({ tables }) => {
      const row = found(tables.transactions.find(({ hash }) => hash === 'd1'))
      tables.transactions.push({ ...row, sequence: 6 })
    },
  ],
  [
    'one-effect-per-wish',
    'a deposit is in the log under two numbers',
    (dump) => {
      const first = recordOf(dump, 'bankTransaction', '"d1"')
      append(dump, 'bankTransaction', { value: asText(first.value).replace(':1,', ':6,') })
    },
  ],
  [
    'refusals-have-no-effect',
    'a deposit that was refused is there',
    ({ tables }) => {
      tables.transactions.push({
        account: 'late',
        sequence: 2,
        type: 'deposit',
        hash: 'd0',
        order_id: null,
        amount: 5n,
      })
    },
  ],
  [
    'one-acknowledgement-per-wish',
    'two calls are told that they made the deposit',
    (dump) => {
      const { answer } = operationOf(dump, 'deposit', 'd1')
      Object.assign(operationOf(dump, 'deposit', 'd1', 'failed'), { outcome: 'ok', answer })
    },
  ],
  [
    'one-acknowledgement-per-wish',
    'an order that exists is told under another number',
    (dump) => {
      operationOf(dump, 'order', 'o1', 'failed').answer = { code: 'order_exists', orderId: 99 }
    },
  ],
  [
    'nothing-from-nowhere',
    'a deposit is there that nobody asked for',
    ({ operations }) => removeRows(operations, ({ request }) => request.hash === 'd2'),
  ],
  [
    'accounts-are-those-created',
    'an account is lost',
    ({ tables }) => removeRows(tables.accounts, ({ account }) => account === 'late'),
  ],
  [
    'accounts-are-those-created',
    'an account is there that nobody opened',
    ({ tables }) => {
      tables.accounts.push({ account: 'eve', currency: 'RUB', last_sequence: 0, deposited: 0n })
    },
  ],
  [
    'refusals-are-true',
    'an open account is not found',
    (dump) => {
      const deposit = operationOf(dump, 'deposit', 'd1', 'failed')
      deposit.code = 'account_not_found'
    },
  ],
  [
    'refusals-are-true',
    'a hash is called reused that was not',
    (dump) => {
      operationOf(dump, 'deposit', 'd0', 'failed').code = 'hash_reused'
    },
  ],
  [
    'refusals-are-true',
    'a limit is exceeded that is far away',
    (dump) => {
      operationOf(dump, 'deposit', 'd0', 'failed').code = 'deposit_limit_exceeded'
    },
  ],
  [
    'unknown-accounts-were-unknown',
    'an order of an open account is refused for want of it',
    ({ tables }) => {
      found(tables.transactions.find(({ hash }) => hash === 'o2')).sequence = null
    },
  ],
  [
    'answers-are-well-formed',
    'a balance is no whole number of minor units',
    (dump) => {
      const read = readOf(dump, 'balance', ({ balance }) => balance === '1050')
      read.answer = { ...(read.answer as object), balance: '1050.5' }
    },
  ],
  [
    'answers-are-well-formed',
    'an answer is about another account',
    (dump) => {
      const read = readOf(dump, 'balance', ({ balance }) => balance === '1050')
      read.answer = { ...(read.answer as object), account: 'bob' }
    },
  ],
  [
    'balances-are-fresh',
    'a balance lacks a deposit that was acknowledged before',
    (dump) => {
      const first = readOf(dump, 'balance', ({ balance }) => balance === '0')
      const later = readOf(dump, 'balance', ({ balance }) => balance === '1050')
      later.answer = first.answer
    },
  ],
  [
    'balances-are-fresh',
    'a balance never was',
    (dump) => {
      const read = readOf(dump, 'balance', ({ balance }) => balance === '1050')
      read.answer = { ...(read.answer as object), balance: '1049' }
    },
  ],
  [
    'balances-are-fresh',
    'a balance has what nobody had asked for yet',
    (dump) => {
      const read = readOf(dump, 'balance', ({ balance }) => balance === '0')
      const later = readOf(dump, 'balance', ({ balance }) => balance === '1050')
      read.answer = later.answer
    },
  ],
  [
    'statuses-never-go-back',
    'a decided order is pending again',
    (dump) => {
      const { operations } = dump
      const complete = readOf(dump, 'status', ({ status }) => status === 'COMPLETE')
      const answer = { ...(complete.answer as object), status: 'PENDING' }
      operations.push({ ...complete, id: 900, invoked: 900, completed: 901, answer })
    },
  ],
  [
    'statuses-never-go-back',
    'an acknowledged order is not found',
    (dump) => {
      const read = readOf(dump, 'status', ({ status }) => status === 'PENDING')
      Object.assign(read, { outcome: 'failed', code: 'order_not_found', answer: undefined })
    },
  ],
  [
    'statuses-never-go-back',
    'a status is not what it stays',
    (dump) => {
      const read = readOf(dump, 'status', ({ status }) => status === 'COMPLETE')
      read.answer = { ...(read.answer as object), status: 'FAILED' }
    },
  ],
  [
    'messages-never-go-back',
    'a message says the opposite',
    (dump) => {
      const read = readOf(dump, 'message', ({ text }) => text === 'Заказ 2 оплачен')
      read.answer = { text: 'Для заказа 2 необходимо пополнить счет' }
    },
  ],
  [
    'messages-never-go-back',
    'a message that was read is gone',
    (dump) => {
      const read = readOf(dump, 'message', ({ text }) => text === 'Заказ 2 оплачен')
      const gone = { outcome: 'failed', code: 'notification_not_found', answer: undefined } as const
      dump.operations.push({ ...read, id: 900, invoked: 900, completed: 901, ...gone })
    },
  ],
  [
    'decoded-balance',
    'a balance lacks one deposit of those that were acknowledged',
    ({ tables }) => {
      found(tables.balances.find(({ account }) => account === 'bits-bob')).balance -= 4n
    },
  ],
  [
    'decoded-balance',
    'a balance that was read is made of no set of transactions',
    (dump) => {
      const read = readOf(dump, 'balance', ({ balance }) => balance === '20')
      read.answer = { ...(read.answer as object), balance: '21' }
    },
  ],
  [
    'decoded-balance',
    'an order is paid twice',
    ({ tables }) => {
      found(tables.balances.find(({ account }) => account === 'bits-bob')).balance -= 8n
    },
  ],
  [
    'decoded-balance',
    'a load uses one amount twice',
    (dump) => {
      for (const { request } of dump.operations) if (request.hash === 'b2') request.amount = 4n
    },
  ],
  [
    'balances-add-up',
    'a completed order took nothing',
    ({ tables }) => {
      found(tables.orders.find(({ hash }) => hash === 'o2')).status = 'COMPLETE'
    },
  ],
  [
    'money-is-conserved',
    'money appears',
    ({ tables }) => {
      found(tables.balances.find(({ account }) => account === 'late')).balance += 1n
    },
  ],
  [
    'books-count-transactions',
    'a number is missing',
    ({ tables }) => removeRows(tables.transactions, ({ hash }) => hash === 'd1'),
  ],
  [
    'books-count-transactions',
    'an account counts one more than there are',
    ({ tables }) => {
      found(tables.accounts.find(({ account }) => account === 'alice')).last_sequence += 1
    },
  ],
  [
    'books-count-transactions',
    'deposits are summed wrongly',
    ({ tables }) => {
      found(tables.accounts.find(({ account }) => account === 'alice')).deposited += 1n
    },
  ],
  [
    'books-count-transactions',
    'a transaction is not applied',
    ({ tables }) => {
      found(tables.balances.find(({ account }) => account === 'alice')).sequence -= 1
    },
  ],
  [
    'orders-have-their-transaction',
    'an order never came to billing',
    ({ tables }) => removeRows(tables.transactions, ({ hash }) => hash === 'o2'),
  ],
  [
    'orders-have-their-transaction',
    'billing took a payment of no order',
    ({ tables }) => removeRows(tables.orders, ({ hash }) => hash === 'o2'),
  ],
]
