import { afterAll, expect, test } from 'bun:test'
import { rm } from 'node:fs/promises'
import { layout } from '../../deploy/local/folder.ts'
import { readState } from '../../deploy/local/state.ts'
import { findPlaces } from '../../deploy/places/places.ts'
import type { Addresses } from '../support/system.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { ask, booksOf, shopOf } from './shop.ts'
import { runTool } from './tool.ts'
import { settledBooks, trade } from './traffic.ts'

/** The commands that an operator types, one after the other, in a folder of their own. */

const TIME_MS = 120_000
const folder = await temporaryFolder()
const { data, kafka, state } = layout(folder.path)
afterAll(async () => {
  await run('down')
  await folder.remove()
}, TIME_MS)

/** Nothing has to be waited out here that would take the default of 15 s. */
const ENVIRONMENT = { SWEEP_AFTER_MS: '1500' }
const run = (name: Parameters<typeof runTool>[0], ...words: string[]) =>
  runTool(name, [...words, '--folder', folder.path], ENVIRONMENT)

const addresses = (): Addresses => {
  const { databases, kafka: access } = findPlaces(folder.path, {})
  const at = (name: keyof typeof databases) => ({
    url: '',
    opsUrl: '',
    databaseUrl: databases[name].url,
  })
  return {
    url: readState(state)?.url ?? '',
    brokers: access.brokers.join(),
    order: at('order'),
    billing: at('billing'),
    notification: at('notification'),
  }
}

test(
  'a broker that lost everything: up, one command, and all is as it was told',
  async () => {
    expect((await run('up', '--detach', '--ports', 'free')).code).toBe(0)
    await trade(shopOf(addresses()), 'first')
    const all = await settledBooks(addresses())
    const pending = await acceptedAndNotSent()
    const before = all.filter(isNotOf(pending))
    await run('down')

    expect(kafka.startsWith(data)).toBe(true)
    await rm(kafka, { recursive: true })
    const start = await run('up', '--detach', '--ports', 'free')
    expect(start.code).toBe(1)
    expect(start.output).toContain(`bun run recover --folder ${folder.path} broker-lost --yes`)
    expect((await run('status')).output).toContain('It waits: broker-lost')

    const diagnosis = await run('recover')
    expect(diagnosis).toMatchObject({ code: 1, errors: '' })
    expect(diagnosis.output).toMatch(
      /broker-lost:\n.* ends at 0, but billing's table had read up to/,
    )
    const other = await run('recover', 'cache-lost', '--yes')
    expect(other.code).toBe(1)
    expect(other.errors).toContain('it is not that case')
    const rehearsal = await run('recover', 'broker-lost')
    expect(rehearsal.code).toBe(0)
    expect(rehearsal.output).toContain('Decide everything again in memory')
    expect((await booksOf(addresses())).filter(isNotOf(pending))).toEqual(before)

    const done = await run('recover', 'broker-lost', '--yes')
    expect(done).toMatchObject({ code: 0, errors: '' })
    expect(done.output).toContain('transactions, each as before')
    await until(() => readState(state)?.phase === 'ready', {
      what: 'up to go on',
      deadlineMs: 60_000,
    })
    const after = await settledBooks(addresses())
    expect(after.filter(isNotOf(pending))).toEqual(before)
    expect(after).toContain(`messages ${pending} approved`)
    expect(await run('verify', '--late', '60')).toMatchObject({ code: 0 })

    // Once more there is nothing to mend; and who insists is obeyed, though services run.
    expect((await run('recover')).code).toBe(0)
    const again = await run('recover', 'broker-lost', '--yes')
    expect(again.code).toBe(1)
    expect(again.errors).toContain('nothing shows that it is broker-lost')
    expect((await run('recover', 'broker-lost', '--yes', '--anyway')).code).toBe(0)
    await until(() => readState(state)?.phase === 'ready', { what: 'the services to run again' })
    expect(await settledBooks(addresses())).toEqual(after)
  },
  TIME_MS,
)

/** An order of which the broker had the only record that was on its way. */
const acceptedAndNotSent = async (): Promise<number> => {
  const rows = await ask(
    addresses().order.databaseUrl,
    `insert into orders (account, amount, hash) values ('ada-first', 100, 'pencil') returning order_id`,
  )
  return Number(rows[0]?.['order_id'])
}

/** It is the last one of its account. */
const isNotOf =
  (orderId: number) =>
  (line: string): boolean =>
    !line.includes('pencil') &&
    !line.startsWith(`messages ${orderId} `) &&
    !/^(accounts|balances) ada-first /.test(line)
