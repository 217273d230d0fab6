import { unreachable } from '../../shared/assert.ts'

/** What billing said of an order. */
export type Outcome = 'approved' | 'rejected'
export type Language = 'ru' | 'en'

/** The message that an outcome makes: paid, or top up the account. */
export const textOf = (orderId: number, outcome: Outcome, language: Language): string => {
  switch (outcome) {
    case 'approved':
      return language === 'ru' ? `Заказ ${orderId} оплачен` : `Order ${orderId} is paid`
    case 'rejected':
      return language === 'ru'
        ? `Для заказа ${orderId} необходимо пополнить счет`
        : `Top up the account to pay order ${orderId}`
    default:
      return unreachable(outcome)
  }
}
