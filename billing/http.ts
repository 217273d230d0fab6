import * as v from 'valibot'
import { AssertionError, unreachable } from '../shared/assert.ts'
import { amount, money } from '../shared/http/amount.ts'
import type { DoorOptions } from '../shared/http/door.ts'
import { refusals } from '../shared/http/problem.ts'
import { isAbout, traceOf } from '../shared/http/request-context.ts'
import { service } from '../shared/http/service.ts'
import type { Traced } from '../shared/tracing/traceparent.ts'
import type { OpenAccount, ReadAccount } from './accounts.ts'
import type { Admission, DepositRequest } from './domain/admission.ts'
import { accountField, hashField } from './fields.ts'
import { CURRENCIES } from './tables.ts'

export type BillingDeps = {
  open: OpenAccount
  deposit: (request: DepositRequest & Traced) => Promise<Admission>
  read: ReadAccount
}

const refuse = refusals({
  account_exists: { status: 400, ru: 'Счет уже создан', en: 'The account exists already' },
  operation_repeated: {
    status: 400,
    ru: 'Операция уже была выполнена',
    en: 'The operation was carried out already',
  },
  account_not_found: { status: 404, ru: 'Счет не найден', en: 'There is no such account' },
  hash_reused: {
    status: 422,
    ru: 'Этот hash уже использован для другой операции',
    en: 'This hash was used for another operation',
  },
  deposit_limit_exceeded: {
    status: 422,
    ru: 'Превышен предел пополнений счета',
    en: 'The account would exceed the limit of its deposits',
  },
  balance_not_ready: {
    status: 503,
    ru: 'Баланс еще рассчитывается, повторите запрос',
    en: 'The balance is still being worked out, ask again',
    retryAfterSeconds: 1,
  },
})

const CreateAccount = v.strictObject({
  account: accountField,
  currency: v.optional(v.picklist(CURRENCIES), 'RUB'),
})
const Deposit = v.strictObject({ account: accountField, amount, hash: hashField })
const AccountBody = v.object({
  account: v.string(),
  currency: v.string(),
  balance: money,
  lastAmount: v.nullable(money),
  lastHash: v.nullable(v.string()),
  lastOrderId: v.nullable(v.number()),
  lastTransactionState: v.nullable(v.picklist(['APPROVED', 'REJECTED'])),
})

/** Accounts: open one, pay money in, read the balance. */
export const billingApi = ({ open, deposit, read }: BillingDeps, options: DoorOptions) =>
  service({ ...options, prefix: '/billing-service', title: 'Billing' })
    .post(
      '/account/create',
      async ({ body, set }) => {
        if ((await open(body)) === 'account_exists') return refuse('account_exists')
        set.status = 201
        return body
      },
      {
        body: CreateAccount,
        response: {
          201: v.object({ account: v.string(), currency: v.string() }),
          ...refuse.responses('account_exists'),
        },
        detail: { summary: 'Open an account with nothing in it' },
      },
    )
    .patch(
      '/account/put',
      async ({ body, request }) => {
        isAbout(request, { account: body.account })
        const admission = await deposit({ type: 'deposit', ...body, ...traceOf(request) })
        return admission.type === 'accepted' ? body : refusalOf(admission)
      },
      {
        body: Deposit,
        response: {
          200: v.object({ account: v.string(), amount: money, hash: v.string() }),
          ...refuse.responses(
            'operation_repeated',
            'account_not_found',
            'hash_reused',
            'deposit_limit_exceeded',
          ),
        },
        detail: { summary: 'Pay money in; acknowledged means kept, whatever fails afterwards' },
      },
    )
    .get(
      '/account/:account',
      async ({ params }) => {
        const found = await read(params.account)
        if (found === undefined) return refuse('account_not_found')
        if (found === 'behind') return refuse('balance_not_ready')
        const { account, currency, balance, last } = found
        return {
          account,
          currency,
          balance,
          lastAmount: last?.amount ?? null,
          lastHash: last?.hash ?? null,
          lastOrderId: last?.orderId ?? null,
          lastTransactionState: last?.state ?? null,
        }
      },
      {
        params: v.object({ account: accountField }),
        response: {
          200: AccountBody,
          ...refuse.responses('account_not_found', 'balance_not_ready'),
        },
        detail: { summary: 'The balance, every acknowledged deposit included' },
      },
    )

const refusalOf = (admission: Exclude<Admission, { type: 'accepted' }>) => {
  switch (admission.type) {
    case 'repeated':
      return refuse('operation_repeated')
    case 'refused':
      return refuse(admission.refusal)
    case 'unpayable':
      throw new AssertionError('a deposit was taken for a payment')
    default:
      return unreachable(admission)
  }
}
