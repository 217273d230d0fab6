import { Counter } from 'prom-client'
import { explained, protocolError } from '../kafka/client.ts'
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
      counted(withDeadline(transactions.commit(commit), COMMIT_DEADLINE_MS, 'a transaction')),
    discard,
  }
}

const counted = async (committed: Promise<void>): Promise<void> => {
  try {
    await committed
    transactionsTotal.inc({ result: 'committed' })
  } catch (error) {
    transactionsTotal.inc({ result: FENCED.has(protocolError(error) ?? '') ? 'fenced' : 'failed' })
    throw error
  }
}

/** Somebody else has the id now, or the broker has given the transaction up. */
const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'])

const transactionsTotal = new Counter({
  name: 'transactions_total',
  help: 'Kafka transactions, by what became of them; one that failed may have been committed.',
  labelNames: ['result'],
})
// A series that appears only with its first failure shows no increase when it does.
for (const result of ['committed', 'failed', 'fenced']) transactionsTotal.inc({ result }, 0)
