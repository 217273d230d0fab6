import * as v from 'valibot'
import { logLevel } from '../shared/service-config.ts'

const origin = (service: string) =>
  v.pipe(
    v.string(),
    v.regex(/^https?:\/\/[^/\s?#]+$/, 'expected http://host:port without a path'),
    v.description(`Origin of ${service}, without its prefix`),
  )

/** What the smoke program reads from its environment. */
export const smokeConfig = v.object({
  ORDER_URL: origin('order'),
  BILLING_URL: origin('billing'),
  NOTIFICATION_URL: origin('notification'),
  LOG_LEVEL: logLevel,
})
