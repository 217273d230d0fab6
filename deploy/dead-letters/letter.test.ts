import { expect, test } from 'bun:test'
import { TOPICS } from '../../billing/events.ts'
import { deadLetter } from '../../shared/kafka/dead-letter.ts'
import type { Incoming } from '../../shared/kafka/record.ts'
import { markCodec, readEntry, whyNotReplayable } from './letter.ts'

const at = (value: string): Incoming => ({
  topic: 'deadLetter',
  partition: 2,
  offset: 17n,
  key: null,
  value: Buffer.from(value),
  timestamp: '1700000000000',
})
const dead = (value: Buffer | null): Incoming =>
  at(deadLetter({ ...at(''), topic: 'order', key: Buffer.from([0xff]), value }, 'why').value)

test('a letter gives back the very bytes that were set aside', () => {
  const bytes = Buffer.from([0x00, 0xff, 0x7b])
  const entry = readEntry(dead(bytes))
  expect(entry).toMatchObject({
    type: 'letter',
    letter: { id: '2-17', topic: 'order', reason: 'why', key: Buffer.from([0xff]), value: bytes },
  })
})
test('what was done about a letter is told from letters', () => {
  const value = markCodec.encode({ of: '2-3', action: 'discarded', reason: 'spam' })
  expect(readEntry(at(value))).toMatchObject({ type: 'mark', mark: { of: '2-3' } })
})
test('anything else is nobody’s', () => {
  expect(readEntry(at('nonsense'))).toMatchObject({ type: 'foreign', id: '2-17' })
})
test('only what was kept, of a topic that is read from others, can be replayed', () => {
  const replayable = (topic: string, value: Buffer | null) => {
    const entry = readEntry(dead(value))
    return entry.type === 'letter' && whyNotReplayable({ ...entry.letter, topic }, ['order'])
  }
  expect(replayable('order', Buffer.from('x'))).toBeUndefined()
  expect(replayable('order', null)).toBeUndefined()
  expect(replayable(TOPICS.balances, Buffer.from('x'))).toContain(TOPICS.balances)
  expect(replayable('order', Buffer.alloc(70_000))).toContain('its 70000 bytes')
  const large = readEntry(at(deadLetter({ ...at(''), key: Buffer.alloc(70_001) }, 'why').value))
  expect(large.type === 'letter' && whyNotReplayable(large.letter, ['order'])).toContain('70001')
})
