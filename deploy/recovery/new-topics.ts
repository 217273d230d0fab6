import type { Admin } from 'kafkajs'
import type { BrokerAccess } from '../../shared/kafka/client.ts'
import { pause } from '../../shared/wait.ts'
import { withAdmin } from '../places/log-reader.ts'
import { ensureTopics } from '../topics.ts'
import { GROUPS, isEmptyLog, OUR_TOPICS, readLogState } from './log-state.ts'

const DEADLINE_MS = 60_000
const LOOK_AGAIN_MS = 250

/**
 * Groups lose their positions and topics their records. Topics that are empty stay; others are
 * made anew with as many partitions as before. Done again after an interruption, it goes on.
 */
export const renewTopics = async (kafka: BrokerAccess, partitions: number): Promise<string> => {
  const log = await readLogState(kafka)
  const known = [...log.ends.values()][0]?.size ?? partitions
  await withAdmin(kafka, async (admin) => {
    await untilSo('the groups to be without members', async () => {
      // Refused while the broker still waits for members that have gone.
      await admin.deleteGroups(await groupsOf(admin)).catch(() => {})
      return (await groupsOf(admin)).length === 0
    })
    if (isEmptyLog(log)) return
    const present = OUR_TOPICS.filter((topic) => !log.missing.includes(topic))
    await admin.deleteTopics({ topics: present })
    await untilSo('the old topics to be gone', async () =>
      (await admin.listTopics()).every((name) => !OUR_TOPICS.includes(name)),
    )
  })
  // What brokers say of topics that were made this moment may still be what was before.
  await untilSo('the new topics', () =>
    ensureTopics({ ...kafka, partitions: known, replicationFactor: -1 }).then(
      () => true,
      () => false,
    ),
  )
  return isEmptyLog(log) && log.missing.length === 0
    ? 'they are empty'
    : `made anew, with ${known} partitions`
}

const groupsOf = async (admin: Admin): Promise<string[]> => {
  const ours: readonly string[] = GROUPS
  const { groups } = await admin.listGroups()
  return groups.flatMap(({ groupId }) => (ours.includes(groupId) ? [groupId] : []))
}

const untilSo = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + DEADLINE_MS; !(await isSo()); ) {
    if (Date.now() > deadline) throw new Error(`waited for ${DEADLINE_MS / 1000} s for ${what}`)
    await pause(LOOK_AGAIN_MS)
  }
}
