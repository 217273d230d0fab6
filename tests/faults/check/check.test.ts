import { describe, expect, test } from 'bun:test'
import { asText } from './bytes.ts'
import { check, examine, INVARIANTS } from './check.ts'
import { DISK_MUTATIONS } from './disk-mutations.ts'
import { goodDump } from './example/good-dump.ts'
import { append, recordOf } from './example/mutate.ts'
import { ruled } from './ledger.ts'
import { LOG_MUTATIONS } from './log-mutations.ts'
import { MUTATIONS } from './mutations.ts'
import { sentenceOf, summaryOf, textOf } from './report.ts'

const ALL = [...MUTATIONS, ...LOG_MUTATIONS, ...DISK_MUTATIONS]

describe('a dump in which all is right', () => {
  test('has no violation', () => {
    expect(check(goodDump())).toEqual([])
  })
  test('has something for every invariant to look at', () => {
    const blind = examine(goodDump()).filter(({ looked }) => looked === 0)
    expect(blind.map(({ name }) => name)).toEqual([])
  })
  test('has no violation when the broker’s disk was out of reach', () => {
    expect(check({ ...goodDump(), batches: undefined, transactions: undefined })).toEqual([])
  })
  test('has no violation after compaction', () => {
    const dump = goodDump()
    const latest = new Map(dump.topics.bankBalance.committed.map((record) => [record.key, record]))
    dump.topics.bankBalance = { committed: [...latest.values()], uncommitted: [...latest.values()] }
    dump.batches = dump.batches?.filter(
      ({ topic, partition, baseOffset }) =>
        topic !== 'bankBalance' ||
        [...latest.values()].some(
          (record) => record.partition === partition && record.offset === baseOffset,
        ),
    )
    expect(check(dump)).toEqual([])
  })
  test('may have offsets of the ledger that the harness set back', () => {
    const dump = goodDump()
    const commits = dump.batches?.find((batch) => batch.commits)
    if (commits) commits.isTransactional = false
    dump.faults.push({ kind: 'begun', rewound: 'billing-ledger' })
    expect(check(dump)).toEqual([])
  })
  test('may have a second letter of poison that the ledger was told to read again', () => {
    const dump = goodDump()
    append(dump, 'deadLetter', {
      value: asText(recordOf(dump, 'deadLetter', 'bankTransaction').value),
    })
    expect(check(dump).length).toBe(1)
    dump.faults.push({ kind: 'begun', rewound: 'billing-ledger' })
    expect(check(dump)).toEqual([])
  })
})

describe('found:', () => {
  test.each(ALL)('%s: %s', (name, _what, harm) => {
    const dump = goodDump()
    harm(dump)
    expect(new Set(check(dump).map(({ invariant }) => invariant))).toContain(name)
  })
  test('the rule, broken by who decides', () => {
    // The one harm that no dump can have: the fold is made by the code that is held to the rule.
    const transaction = {
      type: 'payment',
      account: 'a',
      sequence: 1,
      hash: 'h',
      amount: 5n,
      orderId: 1,
    }
    const state = { account: 'a', sequence: 1, balance: 0n, last: undefined }
    const record = {
      topic: 'bankTransaction',
      partition: 0,
      offset: 3,
      key: 'a',
      value: '',
      timestamp: 1,
    }
    const decided = { record, transaction, event: { type: 'approved', transaction }, state }
    expect(ruled([decided] as unknown as Parameters<typeof ruled>[0])).toEqual([
      {
        account: 'a',
        detail: 'transaction 1 is approved with 0 left, should be rejected with 0',
        records: ['bankTransaction/0@3'],
      },
    ])
  })
  test('each invariant has a harm of its own', () => {
    const harmed = new Set([...ALL.map(([name]) => name), 'decisions-follow-the-rule'])
    expect(INVARIANTS.map(({ name }) => name).filter((name) => !harmed.has(name))).toEqual([])
    expect(new Set(INVARIANTS.map(({ name }) => name)).size).toBe(INVARIANTS.length)
  })
})

describe('a violation names', () => {
  const violationsOf = (name: string, what: string) => {
    const dump = goodDump()
    ALL.find(([invariant, words]) => invariant === name && words === what)?.[2](dump)
    return check(dump).filter(({ invariant }) => invariant === name)
  }
  test('the account, what was expected and found, and where that lies', () => {
    const [violation] = violationsOf('journal-is-the-fold', 'a line is missing')
    expect(violation).toMatchObject({ account: 'alice' })
    expect(violation?.detail).toContain('"hash":"o1"')
    expect(violation?.records).toEqual(['bankTransaction/0@2', 'processedTransaction/0@4'])
  })
  test('both places of what is there twice', () => {
    const [violation] = violationsOf('decided-once', 'a transaction is decided twice')
    expect(violation?.records).toEqual(['processedTransaction/0@0', 'processedTransaction/0@8'])
  })
})

describe('the report', () => {
  const report = () => {
    const dump = goodDump()
    dump.tables.messages.push({ order_id: 99, outcome: 'approved' })
    return examine(dump)
  }
  test('has a line for each invariant, with how much it looked at, and every violation', () => {
    const text = textOf(report())
    expect(text).toMatch(/✔ acknowledged-is-kept +\d+ +Every deposit/)
    expect(text).toMatch(/✖ orders-agree +\d+ +Each order/)
    expect(text).toContain('✖ orders-agree: order 99: a message of no order')
    expect(text).toMatch(/50 invariants, \d+ looks, 1 violations$/)
  })
  test('says the same to programs', () => {
    expect(summaryOf(report())).toMatchObject({
      violations: 1,
      invariants: { 'orders-agree': { violations: 1 }, 'decided-once': { violations: 0 } },
      first: [{ invariant: 'orders-agree', orderId: 99 }],
    })
  })
  test('gives a problem as a sentence', () => {
    const problem = { account: 'a', orderId: 7, detail: 'it is lost', records: ['order/0@1'] }
    expect(sentenceOf(problem)).toBe('account a, order 7: it is lost [order/0@1]')
  })
})
