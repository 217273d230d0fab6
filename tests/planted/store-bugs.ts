import { type Bug, processesSee } from './bug.ts'

const BILLING_SCHEMA = 'billing/migrations/0000_start.sql'

/** In statements, schemas and the driver: only real servers and processes show these. */
export const STORE_BUGS: readonly Bug[] = [
  {
    name: 'no-row-lock',
    what: 'accounts are not locked while their transactions are numbered, and no index objects',
    seenBy: processesSee,
    edits: [
      {
        file: 'billing/admission-statements.ts',
        find: 'order by account for update`',
        replace: 'order by account`',
      },
      {
        file: BILLING_SCHEMA,
        find: '	CONSTRAINT "transactions_sequence" UNIQUE("account","sequence"),\n',
        replace: '',
      },
    ],
  },
  {
    name: 'deposit-not-unique',
    what: 'a repeated deposit is looked for in memory only',
    seenBy: processesSee,
    edits: [
      {
        file: BILLING_SCHEMA,
        find: 'CREATE UNIQUE INDEX "transactions_deposit"',
        replace: 'CREATE INDEX "transactions_deposit"',
      },
      {
        file: 'billing/admission-statements.ts',
        find: "or (type = 'deposit' and hash = any(${hashes}::text[]))`",
        replace: "or (type = 'deposit' and hash = any(${hashes}::text[]) and id < 0)`",
      },
    ],
  },
  {
    name: 'payment-not-unique',
    what: 'an order that is delivered again becomes a second transaction',
    seenBy: processesSee,
    edits: [
      {
        file: BILLING_SCHEMA,
        find: '	CONSTRAINT "transactions_order" UNIQUE("order_id"),\n',
        replace: '',
      },
      {
        file: 'billing/admission-statements.ts',
        find: 'where order_id = any(${orders}::bigint[])\n',
        replace: 'where (order_id = any(${orders}::bigint[]) and id < 0)\n',
      },
    ],
  },
  {
    name: 'message-not-unique',
    what: 'an outcome that comes again becomes a second message',
    seenBy: processesSee,
    edits: [
      {
        file: 'notification/migrations/0000_start.sql',
        find: '"order_id" bigint PRIMARY KEY NOT NULL',
        replace: '"order_id" bigint NOT NULL',
      },
    ],
  },
  {
    name: 'older-row-wins',
    what: 'a projection that is behind replaces newer balances with older ones',
    seenBy: processesSee,
    edits: [
      {
        file: 'billing/balances.ts',
        find: '        where balances.sequence < excluded.sequence',
        replace: '',
      },
    ],
  },
  {
    name: 'outbox-by-cursor',
    what: 'the outbox is read beyond the highest id seen, so what commits late is never sent',
    seenBy: processesSee,
    edits: [
      {
        file: 'shared/outbox/session.ts',
        find: '      from outbox order by id\n',
        replace: '      from outbox where id > ${String(passed)}::bigint order by id\n',
      },
      {
        file: 'shared/outbox/session.ts',
        find: '  return { ...lock, rows: rows.map(outboxRow) }\n',
        replace:
          '  if (lock.taken) passed = rows.at(-1)?.id ?? passed\n  return { ...lock, rows: rows.map(outboxRow) }\n',
      },
      {
        file: 'shared/outbox/session.ts',
        find: 'const ROWS_MAX = 500\n',
        replace: 'const ROWS_MAX = 500\nlet passed = 0n\n',
      },
    ],
  },
  {
    name: 'reads-uncommitted',
    what: 'partitions are read with what was never committed',
    seenBy: processesSee,
    edits: [
      {
        file: 'shared/kafka/partition-reader.ts',
        find: '        isolationLevel: READ_COMMITTED,\n        maxWaitTime',
        replace: '        isolationLevel: READ_UNCOMMITTED,\n        maxWaitTime',
      },
    ],
  },
  {
    name: 'from-the-end',
    what: 'a group without an offset begins at the end and skips what is there',
    seenBy: processesSee,
    edits: [
      {
        file: 'shared/kafka/follow.ts',
        find: 'subscribe({ topics: [...topics], fromBeginning: true })',
        replace: 'subscribe({ topics: [...topics], fromBeginning: false })',
      },
    ],
  },
  {
    name: 'unpatched-filter',
    what: 'kafkajs filters aborted records as it was published',
    seenBy: processesSee,
    edits: [
      {
        file: 'node_modules/kafkajs/src/consumer/filterAbortedMessages.js',
        find: '.sort((a, b) =>\n    Long.fromValue(a.firstOffset).compare(Long.fromValue(b.firstOffset))\n  )',
        replace: '',
      },
      {
        file: 'node_modules/kafkajs/src/consumer/filterAbortedMessages.js',
        find: '    while (\n      remainingAbortedTransactions.length &&',
        replace: '    if (\n      remainingAbortedTransactions.length &&',
      },
      {
        file: 'node_modules/kafkajs/src/consumer/filterAbortedMessages.js',
        find: 'Boolean(isControlRecord && key && key.length >= 4 && key.readInt16BE(2) === ABORT)',
        replace: 'Boolean(key && key.equals(Buffer.from([0, 0, 0, 0])))',
      },
    ],
  },
]
