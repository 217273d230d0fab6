import * as v from 'valibot'
import { amount, money } from '../../shared/http/amount.ts'
import type { EdgeOptions } from '../../shared/http/edge.ts'
import { refusals } from '../../shared/http/problem.ts'
import { service } from '../../shared/http/service.ts'

/** What the demo was asked to do: a refused request must leave no trace here. */
export type Calls = unknown[]

const refuse = refusals({
  account_exists: { status: 400, ru: 'Счет уже создан', en: 'The account exists already' },
  operation_repeated: {
    status: 400,
    ru: 'Операция уже была выполнена',
    en: 'The operation was carried out already',
  },
  account_not_found: { status: 404, ru: 'Счет не найден', en: 'There is no such account' },
})

const account = v.pipe(
  v.string('expected a string'),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, _ or -'),
  v.description('1 to 64 letters, digits, _ or -'),
  v.examples(['64043603']),
)
const hash = v.pipe(
  v.string('expected a string'),
  v.regex(/^[A-Za-z0-9._:-]{8,255}$/, 'expected 8 to 255 letters, digits or . _ : -'),
)

const Account = v.object({
  account: v.string(),
  balance: money,
  lastAmount: v.nullable(money),
})

/** A small copy of a service, with maps for a database: how an http.ts is meant to be written. */
export const demo = (
  calls: Calls,
  options: Omit<EdgeOptions<'/billing-service'>, 'prefix'>,
  balances = new Map<string, bigint>(),
  hashes = new Set<string>(),
) =>
  service({ prefix: '/billing-service', title: 'Demo', ...options })
    .post(
      '/account/create',
      async ({ body, set }) => {
        calls.push(body)
        if (balances.has(body.account)) return refuse('account_exists')
        balances.set(body.account, 0n)
        set.status = 201
        return { account: body.account, balance: 0n, lastAmount: null }
      },
      {
        body: v.strictObject({ account }),
        response: { 201: Account, ...refuse.responses('account_exists') },
        detail: { summary: 'Open an account' },
      },
    )
    .patch(
      '/account/put',
      async ({ body }) => {
        calls.push(body)
        const balance = balances.get(body.account)
        if (balance === undefined) return refuse('account_not_found')
        if (hashes.has(body.hash)) return refuse('operation_repeated')
        hashes.add(body.hash)
        balances.set(body.account, balance + body.amount)
        return { account: body.account, balance: balance + body.amount, lastAmount: body.amount }
      },
      {
        body: v.strictObject({ account, amount, hash }),
        response: { 200: Account, ...refuse.responses('account_not_found', 'operation_repeated') },
        detail: { summary: 'Put an amount into an account' },
      },
    )
    .get(
      '/account/:account',
      async ({ params }) => {
        calls.push(params)
        const balance = balances.get(params.account)
        if (balance === undefined) return refuse('account_not_found')
        return { account: params.account, balance, lastAmount: null }
      },
      {
        params: v.object({ account }),
        response: { 200: Account, ...refuse.responses('account_not_found') },
        detail: { summary: 'Read an account' },
      },
    )
    .get(
      '/notification/:order',
      async ({ params }) => {
        calls.push(params)
        return params.order
      },
      {
        params: v.object({ order: v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,17}$/)) }),
        response: { 200: v.string() },
      },
    )
