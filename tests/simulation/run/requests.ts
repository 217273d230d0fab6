import type { Admission } from '../../../billing/domain/admission.ts'
import type { Placement } from '../../../order/domain/order.ts'
import type { Operation } from '../../faults/dump/dump.ts'
import type { Answer } from './history.ts'
import type { ServiceName } from './scenario.ts'
import type { Api } from './services.ts'

export type Asked = Pick<Operation, 'type' | 'request'>

/** The service that a request is for. */
export const serviceOf = ({ type }: Asked): ServiceName => {
  switch (type) {
    case 'create':
    case 'deposit':
    case 'balance':
      return 'billing'
    case 'order':
    case 'status':
      return 'order'
    case 'message':
      return 'notification'
    default:
      throw new Error(`no request ${String(type satisfies never)}`)
  }
}

/** Asks, and answers with the statuses and codes of the services' http.ts. */
export const perform = async (api: Api, { type, request }: Asked): Promise<Answer> => {
  const { account = '', amount = 0n, hash = '', orderId = 0 } = request
  try {
    switch (type) {
      case 'create':
        return (await api.open?.({ account, currency: 'RUB' })) === 'opened'
          ? { status: 201, answer: { account, currency: 'RUB' } }
          : { status: 400, code: 'account_exists' }
      case 'deposit':
        return deposited(await api.deposit?.({ type: 'deposit', account, amount, hash }), request)
      case 'order':
        return placed(await api.place?.({ account, amount, hash }))
      case 'balance':
        return balanceOf(await api.read?.(account))
      case 'status': {
        const found = await api.findOrder?.(orderId)
        if (found === undefined) return { status: 404, code: 'order_not_found' }
        const { status, reason } = found
        const shown = { orderId, account: found.account, amount: String(found.amount), status }
        return { status: 200, answer: { ...shown, ...(reason === null ? {} : { reason }) } }
      }
      case 'message': {
        const found = await api.findMessage?.(orderId)
        return found === undefined
          ? { status: 404, code: 'notification_not_found' }
          : { status: 200, answer: { text: textOf(found.outcome, orderId) } }
      }
      default:
        throw new Error(`no request ${String(type satisfies never)}`)
    }
  } catch {
    return { status: 503 }
  }
}

const deposited = (admission: Admission | undefined, request: Operation['request']): Answer => {
  switch (admission?.type) {
    case 'accepted': {
      const { account, amount, hash } = request
      return { status: 200, answer: { account, amount: String(amount), hash } }
    }
    case 'repeated':
      return { status: 400, code: 'operation_repeated' }
    case 'refused':
      return {
        status: admission.refusal === 'account_not_found' ? 404 : 422,
        code: admission.refusal,
      }
    case 'unpayable':
    case undefined:
      return { status: 500 }
    default:
      throw new Error(`no admission ${String(admission satisfies never)}`)
  }
}

const placed = (placement: Placement | undefined): Answer => {
  switch (placement?.type) {
    case 'placed':
      return { status: 201, answer: { orderId: placement.order.orderId } }
    case 'repeated':
      return {
        status: 400,
        code: 'order_exists',
        answer: { orderId: placement.order.orderId },
      }
    case 'hash_reused':
      return { status: 422, code: 'hash_reused' }
    case undefined:
      return { status: 500 }
    default:
      throw new Error(`no placement ${String(placement satisfies never)}`)
  }
}

const balanceOf = (found: Awaited<ReturnType<NonNullable<Api['read']>>> | undefined): Answer => {
  if (found === 'behind') return { status: 503, code: 'balance_not_ready' }
  if (found === undefined) return { status: 404, code: 'account_not_found' }
  const { account, currency, balance, last } = found
  return {
    status: 200,
    answer: {
      account,
      currency,
      balance: String(balance),
      lastAmount: last === undefined ? null : String(last.amount),
      lastHash: last?.hash ?? null,
      lastOrderId: last?.orderId ?? null,
      lastTransactionState: last?.state ?? null,
    },
  }
}

const textOf = (outcome: 'approved' | 'rejected', orderId: number): string =>
  outcome === 'approved'
    ? `Заказ ${orderId} оплачен`
    : `Для заказа ${orderId} необходимо пополнить счет`
