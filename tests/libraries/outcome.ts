import { protocolError } from '../../shared/kafka/client.ts'
import { pause } from '../../shared/wait.ts'

/** 'ok', the broker's name of the error, or the library's words. */
export const outcome = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
    return 'ok'
  } catch (error) {
    return protocolError(error) ?? (error instanceof Error ? error.message : String(error))
  }
}

/** What a coordinator answers that has not finished with the last transaction. */
export const BUSY = new Set([
  'CONCURRENT_TRANSACTIONS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_LOAD_IN_PROGRESS',
])

/** Calls until the log is not busy; resolves with what it answered before. */
export const untilFree = async (call: () => Promise<unknown>): Promise<string[]> => {
  const refused: string[] = []
  const deadline = performance.now() + 10_000
  for (;;) {
    const how = await outcome(call())
    if (how === 'ok') return refused
    if (!BUSY.has(how) || performance.now() > deadline) throw new Error(how)
    refused.push(how)
    await pause(2)
  }
}
