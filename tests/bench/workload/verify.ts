import * as v from 'valibot'
import type { Account } from '../../../billing/domain/account.ts'
import { balanceCodec, TOPICS } from '../../../billing/events.ts'
import { DEAD_LETTER } from '../../../shared/kafka/dead-letter.ts'
import type { Site } from '../subjects/site.ts'
import type { Expected } from './expected.ts'
import type { OddRecord } from './odd-records.ts'
import { readTopic } from './read-topic.ts'
import { addTo, differences, type Tally } from './tally.ts'

/** Reads all that a ledger wrote; a sentence for each thing that is not as it must be. */
export const verify = async (
  site: Site,
  expected: Expected,
  odd: readonly OddRecord[],
): Promise<string[]> => {
  const { connect, partitions } = site
  const written: Tally = new Map()
  for (const topic of [TOPICS.journal, TOPICS.approved, TOPICS.rejected]) {
    for await (const { key, value } of readTopic(connect, topic, partitions)) {
      addTo(written, topic, String(key), String(value))
    }
  }
  const rows = new Map<string, Buffer | null>()
  for await (const { key, value } of readTopic(connect, TOPICS.balances, partitions)) {
    rows.set(String(key), value)
  }
  const [dead, setAside]: [Tally, Tally] = [new Map(), new Map()]
  for (const { key, value } of odd.filter(({ isDead }) => isDead)) {
    addTo(dead, DEAD_LETTER, key, value)
  }
  for await (const { key, value } of readTopic(connect, DEAD_LETTER, partitions)) {
    addTo(setAside, DEAD_LETTER, String(key), originOf(value))
  }
  return [
    ...differences(expected.written, written),
    ...[...expected.accounts.values()].flatMap((account) =>
      wrongBalance(account, rows.get(account.account) ?? null),
    ),
    ...differences(dead, setAside),
  ]
}

const Letter = v.object({ value: v.string() })

/** The value of the record that a dead letter is about. */
const originOf = (letter: Buffer | null): string =>
  Buffer.from(v.parse(Letter, JSON.parse(String(letter))).value, 'base64').toString()

/** What is wrong with the last row of an account, if anything. */
export const wrongBalance = (account: Account, row: Buffer | null): string[] => {
  const { sequence, balance, last } = account
  const decoded = balanceCodec.decode(row)
  if (!decoded.ok) return [`the balance of ${account.account}: ${decoded.reason}`]
  const found = decoded.value
  const isRight =
    found.account === account.account &&
    found.sequence === sequence &&
    found.balance === balance &&
    found.lastAmount === last?.amount &&
    found.lastHash === last.hash &&
    found.lastOrderId === (last.orderId ?? null) &&
    found.lastTransactionState === last.state
  return isRight ? [] : [`the balance of ${account.account}: not the one after ${sequence}`]
}
