import * as v from 'valibot'
import { OPERATION_TYPES } from './dump.ts'
import { whole } from './rows.ts'

/** The lines of a dump's files, except the tables. */

export const BytesLine = v.nullable(v.union([v.string(), v.object({ base64: v.string() })]))

/** A record of a topic; the file says of which. */
export const RecordLine = v.object({
  partition: v.number(),
  offset: whole,
  key: BytesLine,
  value: BytesLine,
  timestamp: v.number(),
})

const minorUnits = v.pipe(
  v.string(),
  v.regex(/^-?\d+$/),
  v.transform((digits) => BigInt(digits)),
)

export const HistoryLine = v.variant('phase', [
  v.object({
    phase: v.literal('invoked'),
    id: v.number(),
    client: v.number(),
    at: v.number(),
    type: v.picklist(OPERATION_TYPES),
    instance: v.optional(v.string()),
    request: v.object({
      account: v.optional(v.string()),
      amount: v.optional(minorUnits),
      hash: v.optional(v.string()),
      orderId: v.optional(v.number()),
    }),
  }),
  v.object({
    phase: v.picklist(['ok', 'failed', 'unknown']),
    id: v.number(),
    at: v.number(),
    status: v.optional(v.number()),
    code: v.optional(v.string()),
    answer: v.optional(v.unknown()),
  }),
])
export type HistoryLine = v.InferOutput<typeof HistoryLine>

export const RunFile = v.object({
  partitions: v.number(),
  seed: v.optional(v.union([v.number(), v.string()])),
})

const partitionOffsets = v.object({
  partition: v.number(),
  start: whole,
  lastStable: whole,
  end: whole,
})

export const OffsetsFile = v.object({
  topics: v.record(v.string(), v.array(partitionOffsets)),
  groups: v.record(
    v.string(),
    v.record(v.string(), v.array(v.object({ partition: v.number(), committed: whole }))),
  ),
})

/**
 * Unknown kinds and fields are none of the checker's business. Of a fault that was begun, only
 * whose offsets it set is.
 */
export const FaultLine = v.pipe(
  v.object({
    kind: v.string(),
    topic: v.optional(v.string()),
    partition: v.optional(v.number()),
    offset: v.optional(whole),
    value: v.optional(BytesLine),
    fault: v.optional(v.unknown()),
  }),
  v.transform(({ fault, ...line }) => ({ ...line, rewound: rewoundBy(fault) })),
)

const Rewind = v.object({ fault: v.picklist(['rewind', 'forget']), group: v.string() })
const rewoundBy = (fault: unknown): string | undefined =>
  v.is(Rewind, fault) ? fault.group : undefined

export const BatchLine = v.object({
  topic: v.string(),
  partition: v.number(),
  baseOffset: v.number(),
  lastOffset: v.number(),
  count: v.number(),
  producerId: v.number(),
  producerEpoch: v.number(),
  isTransactional: v.boolean(),
  control: v.optional(v.picklist(['COMMIT', 'ABORT'])),
  commits: v.optional(
    v.array(
      v.object({
        group: v.string(),
        topic: v.string(),
        partition: v.number(),
        offset: v.nullable(v.number()),
      }),
    ),
  ),
})

export const TransactionLine = v.object({
  transactionalId: v.string(),
  producerId: v.number(),
  producerEpoch: v.number(),
  state: v.string(),
  partitions: v.array(v.string()),
})
