import type Cluster from 'kafkajs/src/cluster'
import type { TransactionBroker } from 'kafkajs/src/cluster'
import { pause } from '../wait.ts'
import { protocolError } from './client.ts'

/** What transactions need of kafkajs' cluster, or of the one in memory. */
export type TransactionCluster = Pick<
  Cluster,
  'connect' | 'disconnect' | 'addMultipleTargetTopics' | 'findLeaderForPartitions'
> & {
  findBroker(request: { nodeId: string }): Promise<TransactionBroker>
  findGroupCoordinator(request: {
    groupId: string
    coordinatorType: CoordinatorType
  }): Promise<TransactionBroker>
}

/** As the protocol has it. */
export type CoordinatorType = typeof GROUP | typeof TRANSACTION
export const GROUP = 0
export const TRANSACTION = 1

export type Coordinators = {
  of: (type: CoordinatorType, id: string) => Promise<TransactionBroker>
  /**
   * Sends a request that may be repeated, and repeats it for so long while its coordinator is busy
   * with the transaction before, or is moving. Throws what is the answer then, or any other error.
   */
  ask: <T>(
    type: CoordinatorType,
    id: string,
    request: (coordinator: TransactionBroker) => Promise<T>,
    deadlineMs?: number,
  ) => Promise<T>
}

const DEADLINE_MS = 5_000
const BUSY = 'CONCURRENT_TRANSACTIONS'
const MOVING = new Set([
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
])

/** The coordinators of groups and transactional ids: asked for once, and again when they moved. */
export const openCoordinators = (
  cluster: Pick<TransactionCluster, 'findGroupCoordinator'>,
): Coordinators => {
  const known = new Map<string, Promise<TransactionBroker>>()

  const of: Coordinators['of'] = (type, id) => {
    const key = `${type} ${id}`
    const found =
      known.get(key) ?? cluster.findGroupCoordinator({ groupId: id, coordinatorType: type })
    known.set(key, found)
    return found
  }

  const ask: Coordinators['ask'] = async (type, id, request, deadlineMs = DEADLINE_MS) => {
    const startedAt = performance.now()
    for (;;) {
      try {
        return await request(await of(type, id))
      } catch (error) {
        const problem = protocolError(error) ?? ''
        const waitedMs = performance.now() - startedAt
        const mayPass = problem === BUSY || MOVING.has(problem)
        if (!mayPass || waitedMs > deadlineMs) throw error
        if (problem !== BUSY) known.clear()
        await pause(waitedMs < 20 ? 1 : 5)
      }
    }
  }

  return { of, ask }
}
