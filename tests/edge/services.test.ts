import { afterAll, beforeAll, describe } from 'bun:test'
import { billingApi } from '../../billing/http.ts'
import { notificationApi } from '../../notification/http.ts'
import { orderApi } from '../../order/http.ts'
import { listen } from '../../shared/http/serve.ts'
import { openLog } from '../../shared/log.ts'
import { bodyRows } from './body-rows.ts'
import { accountRows, amountRows, hashRows } from './field-rows.ts'
import { pathRows } from './path-rows.ts'
import { type Row, type Target, testRows } from './table.ts'
import { targetRows } from './target-rows.ts'
import { transportRows } from './transport-rows.ts'

/** The same catalogue against the routes of the real services; only what they call is a stand-in. */

const log = openLog('services', 'silent')
let handled = 0
const done = <T>(value: T): Promise<T> => {
  handled += 1
  return Promise.resolve(value)
}

const ACCOUNT = { currency: 'RUB', balance: 0n, sequence: 0, lastSequence: 0, last: undefined }
const ORDER = {
  account: 'known',
  amount: 1n,
  hash: '12345678',
  status: 'PENDING',
  reason: null,
  createdAt: '2026-01-01',
  decidedAt: null,
  resends: 0,
  resentAt: null,
} as const

const billing = billingApi(
  {
    open: () => done('opened'),
    deposit: (request) => done({ type: 'accepted', stored: { ...request, sequence: 1 } }),
    read: (account) => done(account === 'known' ? { account, ...ACCOUNT } : undefined),
  },
  { log },
)
const order = orderApi(
  {
    place: (request) => done({ type: 'placed', order: { ...request, orderId: 1 } }),
    find: (orderId) => done({ orderId, ...ORDER }),
  },
  { log },
)
const notification = notificationApi(
  { find: (orderId) => done({ orderId, outcome: 'approved' }) },
  { log },
)

const toOrder = (head: string): string =>
  head
    .replace(
      /^(PATCH|POST) \/billing-service\/account\/(put|create)/,
      'POST /order-service/order/create',
    )
    .replace('/billing-service/account/known', '/order-service/order/1')
    .replace('/billing-service/notification/', '/order-service/order/')
const toNotification = (head: string): string =>
  head
    .replace('/billing-service/account/known', '/notification-service/notification/1')
    .replace('/billing-service/', '/notification-service/')

const isOf =
  (path: string) =>
  ({ send: [first] }: Row): boolean =>
    typeof first === 'string' && first.includes(path)
const ofAccounts = isOf('/billing-service/account/')
const ofNumbers = isOf('/billing-service/notification/')
/** The services take any visible ASCII for a hash, and a short one too. */
const isAllowed = ({ what }: Row): boolean => /^hash: "(1234567|x)"$/.test(what)
const bodies = [bodyRows, amountRows, hashRows].flat().filter((row) => !isAllowed(row))
const putting = isOf('account/put')

const billingRows = [transportRows, targetRows, bodies, accountRows, pathRows.filter(ofAccounts)]
const orderRows = [transportRows, accountRows].map((rows) => rows.filter(putting))

describe('billing', () => run(billing, billingRows.flat()))
describe('order', () =>
  run(order, [...orderRows.flat(), ...bodies, ...pathRows.filter(ofNumbers)], toOrder))
describe('notification', () => run(notification, pathRows.filter(ofNumbers), toNotification))

function run(
  app: Parameters<typeof listen>[0],
  rows: readonly Row[],
  redirect = (head: string) => head,
): void {
  let target: Target
  let stop: () => Promise<void>
  beforeAll(async () => {
    const listening = Promise.withResolvers<URL>()
    const options = { host: '127.0.0.1', port: 0, log, drainMs: 500 }
    const part = listen(app, { ...options, onListening: listening.resolve })
    stop = await part.start(new AbortController().signal)
    target = { port: Number((await listening.promise).port), handled: () => handled, redirect }
  })
  afterAll(() => stop())
  testRows(() => target, rows)
}
