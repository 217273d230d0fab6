import type { Dump } from '../dump/dump.ts'
import { asText } from './bytes.ts'
import { append, found, recordOf, removeRecord, removeRows, rewrite } from './example/mutate.ts'
import type { Mutation } from './mutations.ts'

const batchesOf = ({ batches }: Dump, topic: string) =>
  found(batches).filter((batch) => batch.topic === topic)

/** How far everybody is, what single records are, and what the broker's disk tells. */
export const DISK_MUTATIONS: readonly Mutation[] = [
  [
    'outboxes-are-empty',
    'a row is still on its way',
    ({ tables }) => tables.billingOutbox.push({ id: 1, topic: 'bankTransaction', key: 'alice' }),
  ],
  [
    'groups-are-at-the-end',
    'a group stands before a record',
    ({ offsets }) => {
      found(offsets.groups['notification-outcomes']?.['rejectedOrderTransaction']?.[0]).committed =
        0
    },
  ],
  [
    'groups-are-at-the-end',
    'a group claims to be further than the topic',
    ({ offsets }) => {
      found(offsets.groups['billing-intake']?.['order']?.[1]).committed += 1
    },
  ],
  [
    'checkpoints-are-at-the-end',
    'a projection stands before a record',
    ({ tables }) => {
      found(tables.checkpoints[0]).position = 1
    },
  ],
  [
    'offsets-and-outputs-are-one',
    'the offset is committed without the outputs',
    (dump) => removeRecord(dump, 'processedTransaction', '"o2"'),
  ],
  [
    'offsets-and-outputs-are-one',
    'outputs are there without the offset',
    ({ offsets }) => {
      found(offsets.groups['billing-ledger']?.['bankTransaction']?.[0]).committed = 2
    },
  ],
  [
    'no-transaction-hangs',
    'a partition is not stable to its end',
    ({ offsets }) => {
      found(offsets.topics['bankBalance']?.[0]).lastStable -= 1
    },
  ],
  [
    'records-are-well-formed',
    'an amount is a number',
    (dump) => rewrite(dump, 'order', '"amount":"8"', '"amount":8'),
  ],
  [
    'records-are-well-formed',
    'a field is there twice',
    (dump) => rewrite(dump, 'order', '{', '{"orderId":1,'),
  ],
  [
    'records-are-well-formed',
    'a key is not the account',
    (dump) => {
      recordOf(dump, 'bankTransaction', '"d2"').key = 'late'
    },
  ],
  [
    'accounts-keep-their-partition',
    'an order is keyed by something else',
    (dump) =>
      append(dump, 'order', { partition: 1, value: asText(recordOf(dump, 'order', '"o2"').value) }),
  ],
  [
    'offsets-increase',
    'a record is read twice',
    ({ topics: { order } }) => order.committed.splice(1, 0, found(order.committed[0])),
  ],
  [
    'committed-is-part-of-uncommitted',
    'the readers see other bytes at one place',
    ({ topics: { order } }) => {
      const [first] = order.committed
      order.committed[0] = { ...found(first), value: '{}' }
    },
  ],
  [
    'repeats-are-equal',
    'a transaction is sent again with another amount',
    (dump) => {
      const first = recordOf(dump, 'bankTransaction', '"d2"')
      append(dump, 'bankTransaction', { value: asText(first.value).replace('"50"', '"51"') })
    },
  ],
  [
    'dead-letters-are-planted',
    'a record of ours is dead',
    ({ faults }) => removeRows(faults, ({ topic }) => topic === 'order'),
  ],
  [
    'dead-letters-are-planted',
    'poison of the ledger has two letters',
    (dump) =>
      append(dump, 'deadLetter', {
        value: asText(recordOf(dump, 'deadLetter', 'bankTransaction').value),
      }),
  ],
  [
    'dead-letters-are-planted',
    'poison was swallowed',
    (dump) => removeRecord(dump, 'deadLetter', '"order"'),
  ],
  [
    'dead-letters-are-planted',
    'a letter has other bytes',
    (dump) => rewrite(dump, 'deadLetter', '"value":"', '"value":"A'),
  ],
  [
    'dead-letters-are-planted',
    'a letter has the digest of another key',
    (dump) => rewrite(dump, 'deadLetter', '"keySha256":"', '"keySha256":"0'),
  ],
  [
    'dead-letters-are-planted',
    'a letter has another size',
    (dump) => rewrite(dump, 'deadLetter', '"bytes":70000', '"bytes":70001'),
  ],
  [
    'nothing-aborted-is-visible',
    'an aborted line is stored and was not done again',
    (dump) => {
      for (const topic of ['bankTransaction', 'processedTransaction'] as const) {
        removeRecord(dump, topic, '"b2"')
      }
    },
  ],
  [
    'nothing-aborted-is-visible',
    'an aborted balance is in the table',
    (dump) => {
      const { uncommitted } = dump.topics.bankBalance
      const aborted = found(uncommitted.find(({ value }) => asText(value).includes('"b2"')))
      aborted.value = asText(aborted.value).replace('"balance":"20"', '"balance":"21"')
      const row = found(dump.tables.balances.find(({ account }) => account === 'bits-bob'))
      Object.assign(row, { sequence: 2, balance: 21n })
    },
  ],
  [
    'nothing-aborted-is-visible',
    'an aborted outcome is told to a client',
    (dump) => {
      const aborted = append(dump, 'approvedOrderTransaction', {
        value: '{"outcome":"approved","orderId":77,"account":"alice","amount":"1","reason":null}',
      })
      const { approvedOrderTransaction: topic } = dump.topics
      topic.committed = topic.committed.filter((record) => record !== aborted)
      dump.tables.messages.push({ order_id: 77, outcome: 'approved' })
    },
  ],
  [
    'transactions-end-as-read',
    'an aborted record is read',
    ({ topics: { bankBalance } }) => {
      bankBalance.committed = [...bankBalance.uncommitted]
    },
  ],
  [
    'transactions-end-as-read',
    'a committed record is not read',
    ({ topics: { bankBalance } }) => bankBalance.committed.splice(0, 1),
  ],
  [
    'nothing-is-skipped',
    'a row that is not the last is not read',
    (dump) => removeRecord(dump, 'bankBalance', '"d2"'),
  ],
  [
    'ledger-writes-in-transactions',
    'a balance is written outside of one',
    (dump) => {
      found(batchesOf(dump, 'bankBalance')[0]).isTransactional = false
    },
  ],
  [
    'one-writer-per-partition',
    'a successor has another transactional id',
    (dump) => {
      for (const batch of batchesOf(dump, 'processedTransaction')) {
        if (batch.partition === 1 && batch.producerEpoch === 1) batch.producerId = 200
      }
    },
  ],
  [
    'fenced-writers-are-silent',
    'the earlier owner wakes up and writes',
    (dump) => {
      const list = batchesOf(dump, 'bankBalance').filter(({ partition }) => partition === 1)
      found(list.findLast(({ control }) => control === undefined)).producerEpoch = 0
    },
  ],
  [
    'transactions-are-whole',
    'outputs are committed without their offset',
    ({ transactions }) => {
      const whole = found(transactions?.find(({ state }) => state === 'PrepareCommit'))
      whole.partitions = whole.partitions.filter((place) => !place.startsWith('__'))
    },
  ],
  [
    'transactions-are-whole',
    'a start claims a transactional id of its own',
    ({ transactions }) => {
      found(transactions?.[0]).transactionalId += '-4711'
    },
  ],
  [
    'transactions-are-over',
    'the coordinator still has one that is open',
    ({ transactions }) => {
      found(transactions?.at(-1)).state = 'Ongoing'
    },
  ],
  [
    'offsets-commit-in-transactions',
    'the offset is committed beside the transaction',
    (dump) => {
      found(batchesOf(dump, '__consumer_offsets').find(({ commits }) => commits)).isTransactional =
        false
    },
  ],
  [
    'offsets-commit-in-transactions',
    'the offset goes back',
    (dump) => {
      const list = batchesOf(dump, '__consumer_offsets').flatMap(({ commits }) => commits ?? [])
      found(list.findLast(({ partition }) => partition === 0)).offset = 1
    },
  ],
  [
    'offsets-commit-in-transactions',
    'the broker forgets the offset by itself',
    (dump) => {
      const batch = found(batchesOf(dump, '__consumer_offsets').findLast(({ commits }) => commits))
      batch.isTransactional = false
      for (const commit of batch.commits ?? []) commit.offset = null
    },
  ],
]
