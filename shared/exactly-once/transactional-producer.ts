import { explained } from '../kafka/client.ts'
import type { KafkaClient } from '../kafka/kafka-client.ts'
import type { Commit } from '../kafka/transactions.ts'
import { withDeadline } from '../wait.ts'

/**
 * A producer that has fenced its predecessors. After any error it must be thrown away: whether the
 * transaction was committed is unknown then, and it takes no other. Only a new fence settles the
 * outcome, and the group's committed offset tells which it was.
 */
export type FencedProducer = {
  commit: (commit: Commit) => Promise<void>
  discard: () => void
}

/** request (5 s) < the whole transaction as we see it < the transaction as the broker sees it. */
const COMMIT_DEADLINE_MS = 7_000
export const TRANSACTION_TIMEOUT_MS = 10_000
const FENCE_DEADLINE_MS = 30_000

/**
 * Takes over a transactional id (KIP-98, InitProducerId): settles what its last owner left open,
 * and nothing that owner sends is accepted from here on.
 */
export const fence = async (
  kafka: Pick<KafkaClient, 'transactions'>,
  transactionalId: string,
): Promise<FencedProducer> => {
  const transactions = kafka.transactions({ transactionalId, timeoutMs: TRANSACTION_TIMEOUT_MS })
  const discard = () => void transactions.close().catch(() => {})
  try {
    const claimed = transactions.claim()
    await withDeadline(claimed, FENCE_DEADLINE_MS, `the fence of ${transactionalId}`)
  } catch (error) {
    discard()
    throw error instanceof Error ? explained(error) : error
  }
  return {
    commit: (commit) =>
      withDeadline(transactions.commit(commit), COMMIT_DEADLINE_MS, 'a transaction'),
    discard,
  }
}
