import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type CrashPoint, onCrashPoint } from '../../../shared/crash-point.ts'
import type { Transactions } from '../../../shared/kafka/transactions.ts'
import { outcome } from '../../libraries/outcome.ts'
import { until } from '../../support/until.ts'
import { LOGS, type LogSubject } from './log-subjects.ts'

/** Our own transactions, on a log in memory as on a real one. */

setDefaultTimeout(60_000)

const FENCED = 'INVALID_PRODUCER_EPOCH'

afterEach(() => onCrashPoint(undefined))

describe.each(LOGS)('%s', (_name, on) => {
  test('commits records and offset, one transaction after the other at once', () =>
    on(async (of) => {
      const transactions = await claimed(of)
      const values = Array.from({ length: 20 }, (_, index) => String(index))
      for (const [index, value] of values.entries()) {
        await transactions.commit(commit(of, index + 1, [value]))
      }
      expect(await read(of)).toEqual(values)
      expect(await committed(of)).toBe('20')
      await transactions.close()
    }))

  test('writes where its input is, and moves an offset without records', () =>
    on(async (of) => {
      const transactions = await claimed(of)
      const elsewhere = commit(of, 3, ['one', 'two'])
      await transactions.commit({ ...elsewhere, input: { ...elsewhere.input, partition: 1 } })
      await transactions.commit(commit(of, 7, []))
      expect([await read(of, 0), await read(of, 1)]).toEqual([[], ['one', 'two']])
      expect([await committed(of, 0), await committed(of, 1)]).toEqual(['7', '3'])
      await transactions.close()
    }))

  test.each<[CrashPoint]>([['transaction.registered'], ['transaction.written']])(
    'leaves nothing of what ends at %s, once its successor has claimed the id',
    (point) =>
      on(async (of) => {
        const lost = await claimed(of)
        await lost.commit(commit(of, 1, ['kept']))
        dieAt(point)
        expect(await outcome(lost.commit(commit(of, 2, ['lost'])))).toBe('died')
        onCrashPoint(undefined)
        const heir = await claimed(of)
        expect(await committed(of)).toBe('1')
        await heir.commit(commit(of, 2, ['again']))
        expect(await read(of)).toEqual(['kept', 'again'])
        expect(await committed(of)).toBe('2')
        await Promise.all([lost.close(), heir.close()])
      }),
  )

  test('refuses who was fenced, and writes nothing of it', () =>
    on(async (of) => {
      const zombie = await claimed(of)
      await zombie.commit(commit(of, 1, ['kept']))
      const heir = await claimed(of)
      expect(await outcome(zombie.commit(commit(of, 2, ['late'])))).toBe(FENCED)
      expect(await read(of)).toEqual(['kept'])
      expect(await committed(of)).toBe('1')
      await Promise.all([zombie.close(), heir.close()])
    }))

  test('takes no other after one that failed', () =>
    on(async (of) => {
      const transactions = await claimed(of)
      dieAt('transaction.written')
      expect(await outcome(transactions.commit(commit(of, 1, ['lost'])))).toBe('died')
      onCrashPoint(undefined)
      expect(await outcome(transactions.commit(commit(of, 1, ['again'])))).toContain(
        'only when those before are known to be committed',
      )
      await transactions.close()
    }))

  test('is aborted by the broker when it takes longer than it may', () =>
    on(async (of) => {
      const slow = of.client().transactions({ ...options(of), timeoutMs: 1_500 })
      await slow.claim()
      dieAt('transaction.written')
      expect(await outcome(slow.commit(commit(of, 1, ['too late'])))).toBe('died')
      const reader = await of.client().openReader(of.topic, 0)
      await until(async () => (await reader.read(0n, 50)).next === 2n, { what: 'the marker' })
      expect(await read(of)).toEqual([])
      await Promise.all([reader.close(), slow.close()])
    }))
})

const options = ({ id }: LogSubject) => ({ transactionalId: id, timeoutMs: 10_000 })

const claimed = async (of: LogSubject): Promise<Transactions> => {
  const transactions = of.client().transactions(options(of))
  await transactions.claim()
  return transactions
}

const commit = ({ topic, group }: LogSubject, next: number, values: readonly string[]) => ({
  groupId: group,
  input: { topic, partition: 0, next: BigInt(next) },
  outgoing: values.map((value) => ({ topic, key: 'key', value })),
})

const dieAt = (point: CrashPoint): void =>
  onCrashPoint((name) => {
    if (name === point) throw new Error('died')
  })

const committed = async (of: LogSubject, partition = 0): Promise<string> => {
  const admin = of.client().admin()
  await admin.connect()
  const [found] = await admin.fetchOffsets({ groupId: of.group, topics: [of.topic] })
  await admin.disconnect()
  return found?.partitions.find((each) => each.partition === partition)?.offset ?? 'none'
}

/** Everything that a committed reader sees. */
const read = async (of: LogSubject, partition = 0): Promise<string[]> => {
  const reader = await of.client().openReader(of.topic, partition)
  const values: string[] = []
  for (let position = 0n; ; ) {
    const { records, next } = await reader.read(position, 50)
    values.push(...records.map(({ value }) => String(value)))
    if (next === position) break
    position = next
  }
  await reader.close()
  return values
}
