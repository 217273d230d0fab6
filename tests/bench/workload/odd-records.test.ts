import { expect, test } from 'bun:test'
import { TOPICS } from '../../../billing/events.ts'
import { ledgerTopology } from '../../../billing/topology.ts'
import { fold } from '../../../shared/exactly-once/topology.ts'
import type { Incoming } from '../../../shared/kafka/record.ts'
import { expectedAfter } from './expected.ts'
import { oddRecords } from './odd-records.ts'

const [COUNT, ACCOUNTS] = [50, 7]
const { accounts } = expectedAfter(COUNT, ACCOUNTS)

const incoming = (key: string, value: string): Incoming => ({
  topic: TOPICS.transactions,
  partition: 0,
  offset: 1n,
  key: Buffer.from(key),
  value: Buffer.from(value),
})

test.each(oddRecords(COUNT, ACCOUNTS))(
  'the fold moves no money for %p',
  ({ key, value, isDead }) => {
    const { counts } = fold(ledgerTopology, accounts, [incoming(key, value)])
    expect(counts).toEqual({ decided: 0, repeated: isDead ? 0 : 1, dead: isDead ? 1 : 0 })
  },
)
