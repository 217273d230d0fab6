import { configOrExit } from '../shared/config.ts'
import { httpAsk } from './ask.ts'
import { placeRealOrder } from './real-order.ts'
import { smokeConfig } from './smoke-config.ts'

/**
 * Places a real order through the three services and tells step by step how it went. Ends with 0
 * when all went as the contract says, with 1 when something did not, with 78 when it was not told
 * where the services are.
 */
const DEADLINE_MS = 30_000

const config = configOrExit(smokeConfig)
const isChatty = config.LOG_LEVEL === 'debug' || config.LOG_LEVEL === 'info'
try {
  await placeRealOrder({
    origins: {
      order: config.ORDER_URL,
      billing: config.BILLING_URL,
      notification: config.NOTIFICATION_URL,
    },
    ask: httpAsk,
    account: `smoke-${crypto.randomUUID()}`,
    deadlineMs: DEADLINE_MS,
    onStep: ({ what, ms }) => {
      if (isChatty) console.log(`ok: ${what} (${ms} ms)`)
    },
  })
} catch (error) {
  console.error(`failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
