import { pause } from '../../shared/wait.ts'
import type { Contract } from './contract.ts'
import type { Orders } from './orders.ts'
import { type BusyCores, watchProcessor } from './processor.ts'

export type Paced = {
  /** From sending the order to its 201. */
  acceptingMs: number[]
  /** From its 201 to the answer that shows the notification; infinite when it never came. */
  visibleMs: number[]
  /** What was really sent, in orders per second. */
  rate: number
  refused: number
  cores: BusyCores
}

/** Between the answer to one look at a notification and the next look; the times are as coarse. */
export const spacingMs = 5
const giveUpMs = 10_000

/**
 * Places orders by the clock, whether or not earlier ones are answered, and watches each until its
 * notification can be read. So a system that stalls cannot slow down what is asked of it.
 */
export const pacedOrders = async (
  contract: Contract,
  orders: Orders,
  rate: number,
  seconds: number,
): Promise<Paced> => {
  const acceptingMs: number[] = []
  const visibleMs: number[] = []
  let refused = 0

  const follow = async (): Promise<void> => {
    const sent = performance.now()
    const placed = await orders.place().catch(() => undefined)
    const answered = performance.now()
    if (!placed?.ok) {
      refused++
      return
    }
    acceptingMs.push(answered - sent)
    visibleMs.push(await untilVisible(contract, placed.order.orderId, answered))
  }

  const cores = watchProcessor()
  const sendingSeconds = await byTheClock(rate, rate * seconds, follow)
  const sent = (rate * seconds - 1) / sendingSeconds
  return { acceptingMs, visibleMs, rate: sent, refused, cores: cores() }
}

/**
 * Begins so much work at so many a second, whether or not earlier work is done. Resolves when all
 * is done, with the seconds from the first beginning to the last. The work must not reject.
 */
export const byTheClock = async (
  rate: number,
  count: number,
  work: () => Promise<void>,
): Promise<number> => {
  const underWay: Promise<void>[] = []
  const start = performance.now()
  for (let number = 0; number < count; number++) {
    await pause(Math.max(0, start + (number * 1000) / rate - performance.now()))
    underWay.push(work())
  }
  const seconds = (performance.now() - start) / 1000
  await Promise.all(underWay)
  return seconds
}

const untilVisible = async (
  contract: Contract,
  orderId: string,
  accepted: number,
): Promise<number> => {
  while (performance.now() - accepted < giveUpMs) {
    if (await isVisible(contract, orderId)) return performance.now() - accepted
    await pause(spacingMs)
  }
  return Number.POSITIVE_INFINITY
}

const isVisible = async (contract: Contract, orderId: string): Promise<boolean> => {
  try {
    const response = await contract.readNotification(orderId)
    await response.text()
    return response.status === 200
  } catch {
    return false
  }
}
