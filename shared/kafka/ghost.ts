import { hostname } from 'node:os'
import { withDeadline } from '../wait.ts'
import type { Connect } from './client.ts'
import { openCluster } from './cluster.ts'

/**
 * This process among those of its service: the same after a restart, and nobody else's at a time,
 * because nobody else can listen there. A port that is picked anew each time names nothing.
 */
export const instanceOf = (port: number): string | undefined =>
  port === 0 ? undefined : `${hostname()}:${port}`

const DEADLINE_MS = 3_000

/**
 * A process that was killed stays a member of its group until its session expires, and for so long
 * nobody else is given its partitions. Started again, it sends its own ghost away first: whoever
 * has its client id. That is what `group.instance.id` is for (KIP-345), which kafkajs lacks.
 *
 * Only speed rests on it. Should it ever send away a member that lives, that one joins again, and
 * the fence of whoever took over holds as always; when it fails, the session expires as ever.
 */
export const dismissGhost = async (connect: Connect, groupId: string): Promise<void> => {
  const { clientId, log } = connect
  try {
    const dismissed = await withDeadline(dismiss(connect, groupId), DEADLINE_MS, 'the group')
    if (dismissed > 0) log.info({ groupId, clientId, dismissed }, 'left the group for a ghost')
  } catch (error) {
    log.debug({ groupId, error }, 'no ghost could be looked for')
  }
}

const dismiss = async (connect: Connect, groupId: string): Promise<number> => {
  const cluster = openCluster(connect)
  try {
    await cluster.connect()
    const coordinator = await cluster.findGroupCoordinator({ groupId })
    const { groups } = await coordinator.describeGroups({ groupIds: [groupId] })
    const members = groups.flatMap((group) => group.members)
    const ghosts = members.filter(({ clientId }) => clientId === connect.clientId)
    for (const { memberId } of ghosts) await coordinator.leaveGroup({ groupId, memberId })
    return ghosts.length
  } finally {
    await cluster.disconnect()
  }
}
