import * as v from 'valibot'
import type { DoorOptions } from '../shared/http/door.ts'
import { prefersEnglish } from '../shared/http/language.ts'
import { refusals } from '../shared/http/problem.ts'
import { service } from '../shared/http/service.ts'
import { textOf } from './domain/message.ts'
import type { Decided } from './messages.ts'

export type NotificationDeps = { find: (orderId: number) => Promise<Decided | undefined> }

const refuse = refusals({
  notification_not_found: {
    status: 404,
    ru: 'Письмо не найдено',
    en: 'There is no such notification',
  },
})

/** A number that the client was given; what cannot be one is no path of ours. */
const orderIdField = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,14}$/, 'expected a whole number'),
  v.transform(Number),
  v.description('The number of an order'),
)

/** Messages: read the one of an order. */
export const notificationApi = ({ find }: NotificationDeps, options: DoorOptions) =>
  service({ ...options, prefix: '/notification-service', title: 'Notifications' }).get(
    '/notification/:orderId',
    async ({ params: { orderId }, headers }) => {
      const found = await find(orderId)
      if (found === undefined) return refuse('notification_not_found')
      const language = prefersEnglish(headers['accept-language'] ?? null) ? 'en' : 'ru'
      return { text: textOf(orderId, found.outcome, language) }
    },
    {
      params: v.object({ orderId: orderIdField }),
      response: {
        200: v.object({ text: v.pipe(v.string(), v.examples(['Заказ 42 оплачен'])) }),
        ...refuse.responses('notification_not_found'),
      },
      detail: { summary: 'The message of a decided order' },
    },
  )
