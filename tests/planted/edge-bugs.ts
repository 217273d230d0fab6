import { type Bug, bothSee, processesSee } from './bug.ts'

const RELAY = 'shared/outbox/relay.ts'
const FOLLOW = 'shared/kafka/follow.ts'
const SEND = `        crashPoint('relay.looked')
        await sender.send(rows)
`

/** Around the ledger: what is stored, sent, read and answered. */
export const EDGE_BUGS: readonly Bug[] = [
  {
    name: 'forgotten-before-acknowledged',
    what: 'outbox rows are deleted before the log has acknowledged them',
    seenBy: bothSee,
    edits: [
      {
        file: RELAY,
        find: SEND,
        replace: `        await session.forget(rows.map(({ id }) => id))\n${SEND}`,
      },
    ],
  },
  {
    name: 'newest-first',
    what: 'the relay sends what is newest first',
    seenBy: bothSee,
    edits: [
      {
        file: RELAY,
        find: 'await sender.send(rows)',
        replace: 'await sender.send(rows.toReversed())',
      },
    ],
  },
  {
    name: 'committed-before-handled',
    what: 'the offset of a batch is committed before the batch is handled',
    seenBy: bothSee,
    edits: [
      {
        file: FOLLOW,
        find: '        if (!(await settle(options, payload, records))) return\n',
        replace: `        await payload.commitOffsetsIfNecessary({
          topics: [
            {
              topic,
              partitions: [{ partition, offset: String(BigInt(batch.lastOffset()) + 1n) }],
            },
          ],
        })
        if (!(await settle(options, payload, records))) return
`,
      },
    ],
  },
  {
    name: 'stale-balance',
    what: 'a balance is answered as it is stored, without what was accepted before the question',
    seenBy: bothSee,
    edits: [
      {
        file: 'billing/accounts.ts',
        find: '    while (found !== undefined && found.sequence < accepted) {\n',
        replace: '    while (found !== undefined && found.sequence < accepted && accepted < 0) {\n',
      },
    ],
  },
  {
    name: 'failure-answered-as-success',
    what: 'a write that failed is answered as if it had been kept',
    seenBy: bothSee,
    edits: [
      {
        file: 'billing/record.ts',
        find: "    crashPoint('write.committed')\n",
        replace: '',
      },
      {
        file: 'billing/record.ts',
        find: '      return admitted\n    })\n',
        replace: `      return admitted
    }).catch(() =>
      requests.map((request): Admission => ({
        type: 'accepted',
        stored: { ...request, sequence: 1 },
      })),
    )
`,
      },
    ],
  },
  {
    name: 'keyed-by-order',
    what: 'orders are keyed by their id, and the transactions of one account end up anywhere',
    seenBy: bothSee,
    edits: [
      { file: 'order/events.ts', find: '  key: account,\n', replace: '  key: String(orderId),\n' },
    ],
  },
  {
    name: 'hash-not-compared',
    what: 'a hash that is used again for another deposit is taken for a repeat of the first',
    seenBy: bothSee,
    edits: [
      {
        file: 'billing/domain/admission.ts',
        find: '  earlier.account === request.account &&\n  earlier.amount === request.amount &&\n',
        replace: '',
      },
    ],
  },
  {
    name: 'order-hash-not-compared',
    what: 'a hash that is used again for another order is answered with the first one',
    seenBy: bothSee,
    edits: [
      {
        file: 'order/domain/order.ts',
        find: '  earlier.account === request.account && earlier.amount === request.amount\n',
        replace: '  earlier.orderId !== 0 || earlier.amount === request.amount\n',
      },
    ],
  },
  {
    name: 'float-amount',
    what: 'an amount is read through a float',
    seenBy: processesSee,
    edits: [
      {
        file: 'shared/money.ts',
        find: "  const [major = '', decimals = ''] = text.split('.')\n  return BigInt(major) * MINOR_PER_MAJOR + BigInt(decimals.padEnd(2, '0'))\n",
        replace: '  return BigInt(Math.trunc(Number.parseFloat(text) * 100))\n',
      },
    ],
  },
]
