import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { askPart } from '../../deploy/local/ask-part.ts'
import { withSql } from '../../deploy/local/sql.ts'
import { partsOf } from '../../deploy/local/state.ts'
import { type PrivateSystem, privateSystem } from './system.ts'
import { until } from './until.ts'

/** That the faults which other tests inject are what they claim to be. */

const START_MS = 120_000
let system: PrivateSystem

beforeAll(async () => {
  system = await privateSystem()
}, START_MS)
afterAll(() => system.dispose(), START_MS)

const answers = async (name: string): Promise<boolean> => {
  const part = partsOf(system).find((each) => each.name === name)
  return part !== undefined && (await askPart(part)).answers
}
const allAnswer = async (): Promise<boolean> =>
  (await Promise.all(partsOf(system).map(askPart))).every((part) => part.answers)

const settled = () => until(allAnswer, { what: 'the whole system', deadlineMs: 60_000 })

describe.each(['broker', 'postgres', 'billing'] as const)('%s', (name) => {
  test(
    'that was killed is away until it is started, on the same address',
    async () => {
      const unit = system.unit(name)
      const [earlier, address] = [unit.pid(), addressOf(name)]
      await unit.kill()
      expect(await answers(name)).toBe(false)
      await unit.start()
      await settled()
      expect(unit.pid()).not.toBe(earlier)
      expect(addressOf(name)).toBe(address)
    },
    START_MS,
  )
  test(
    'that is frozen does not answer, and does when it wakes',
    async () => {
      const unit = system.unit(name)
      const pid = unit.pid()
      unit.freeze()
      expect(await answers(name)).toBe(false)
      unit.wake()
      await settled()
      expect(unit.pid()).toBe(pid)
    },
    START_MS,
  )
})

test(
  'a service that dies by itself is started again',
  async () => {
    const unit = system.unit('notification')
    const [earlier, restarts] = [unit.pid() ?? 0, unit.restarts()]
    process.kill(earlier, 'SIGKILL')
    await until(() => unit.restarts() > restarts, { what: 'a restart' })
    await system.ready('notification')
    expect(unit.pid()).not.toBe(earlier)
  },
  START_MS,
)

test(
  'what Postgres has confirmed survives its death',
  async () => {
    const url = system.addresses.order.databaseUrl
    await withSql(url, 5_000, (sql) => sql`create table kept as select 7 as value`)
    await system.unit('postgres').kill()
    await system.unit('postgres').start()
    const rows = await withSql(url, 5_000, (sql) => sql`select value from kept`)
    expect(rows.map((row) => Number(row['value']))).toEqual([7])
    await settled()
  },
  START_MS,
)

const addressOf = (name: string) => partsOf(system).find((part) => part.name === name)?.address
