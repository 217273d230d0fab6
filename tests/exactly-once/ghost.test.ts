import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { openKafka } from '../../shared/kafka/client.ts'
import { dismissGhost } from '../../shared/kafka/ghost.ts'
import { openLog } from '../../shared/log.ts'
import { broker } from '../support/broker.ts'
import { createTopics } from '../support/topics.ts'
import { until } from '../support/until.ts'

/** What a killed member leaves behind in its group. */

const running: Bun.Subprocess[] = []
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

const world = async () => {
  const brokers = await broker()
  const name = `ghosts-${crypto.randomUUID().slice(0, 8)}`
  const connect = { clientId: 'member@a', brokers: [brokers], log: openLog('test', 'silent') }
  const admin = openKafka(connect).admin()
  await admin.connect()
  await createTopics(admin, [{ topic: name, numPartitions: 2 }])
  return {
    connect,
    groupId: name,
    /** Joins in a process of its own. */
    join: (instance: string) => {
      const program = join(import.meta.dir, 'ghost-member.ts')
      const child = Bun.spawn([process.execPath, program, brokers, name, name, instance], {
        stdout: 'pipe',
      })
      running.push(child)
      return child
    },
    members: async () => {
      const { groups } = await admin.describeGroups([name])
      return groups.flatMap(({ state, members }) =>
        members.map(({ clientId }) => ({ state, clientId })),
      )
    },
    close: () => admin.disconnect(),
  }
}

const stable = (...names: string[]) => names.map((clientId) => ({ state: 'Stable', clientId }))

test('who is started again sends its own ghost away, and nobody else', async () => {
  const { connect, groupId, join: joined, members, close } = await world()
  const killed = joined('a')
  joined('b')
  const both = async () =>
    Bun.deepEquals((await members()).toSorted(byName), stable('member@a', 'member@b'))
  await until(both, { what: 'two members' })
  killed.kill('SIGKILL')
  await killed.exited
  expect((await members()).map(({ clientId }) => clientId)).toContain('member@a')

  await dismissGhost(connect, groupId)

  // The broker has not noticed anything yet: the session of the dead lasts for seconds.
  expect((await members()).map(({ clientId }) => clientId)).toEqual(['member@b'])
  await close()
})

const byName = (a: { clientId: string }, b: { clientId: string }) =>
  a.clientId < b.clientId ? -1 : 1
