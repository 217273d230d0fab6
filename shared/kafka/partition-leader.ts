import type Cluster from 'kafkajs/src/cluster'
import { pause } from '../wait.ts'
import { type Connect, protocolError } from './client.ts'
import { openCluster } from './cluster.ts'

/** The log no longer has, or does not yet have, what was asked for. Never silently reset. */
export class OffsetOutOfRangeError extends Error {
  override readonly name = 'OffsetOutOfRangeError'
}

/** The broker that leads one partition, whichever that is at the moment. */
export type PartitionLeader = {
  /** Asks the leader; when it moved, its successor. Other failures are the caller's. */
  ask: <T>(question: (broker: LeaderBroker) => Promise<T>) => Promise<T>
  /** What it has not answered fails at once. */
  close: () => Promise<void>
}

const ATTEMPTS = 3

/** A connection of its own, because a broker answers one connection in sequence. */
export const openPartitionLeader = async (
  connect: Connect,
  topic: string,
  partition: number,
): Promise<PartitionLeader> => {
  const cluster = openCluster(connect)
  await cluster.connect()
  await cluster.addTargetTopic(topic)
  await cluster.refreshMetadataIfNecessary()
  let leader: LeaderBroker | undefined
  let isClosed = false
  return { ask, close }

  async function ask<T>(question: (broker: LeaderBroker) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
        if (nodeId === undefined) throw new Error(`${topic}/${partition} has no leader`)
        leader = await cluster.findBroker({ nodeId })
        return await question(leader)
      } catch (error) {
        if (protocolError(error) === 'OFFSET_OUT_OF_RANGE') {
          throw new OffsetOutOfRangeError(`${topic}/${partition} does not have this offset`)
        }
        if (attempt === ATTEMPTS || isClosed) throw error
        // The next leader may not be elected yet, and nothing in kafkajs waits for that.
        await pause(100 * attempt)
        if (isClosed) throw error
        await cluster.refreshMetadata()
      }
    }
  }

  /** kafkajs disconnects only after the last answer, and a fetch is answered when it likes. */
  function close(): Promise<void> {
    isClosed = true
    const error = new Error('the reader was closed')
    leader?.connectionPool.map((connection) => connection.rejectRequests(error))
    return cluster.disconnect()
  }
}

type LeaderBroker = Awaited<ReturnType<InstanceType<typeof Cluster>['findBroker']>>
