import { assert } from '../shared/assert.ts'
import type { Decoded } from '../shared/codec.ts'
import type { Fragment, Sql } from '../shared/database.ts'
import type { Incoming } from '../shared/kafka/record.ts'

/** The first offset of the partition that is not stored yet; 0 for one never seen. */
export const checkpointOf = async (sql: Sql, topic: string, partition: number): Promise<bigint> => {
  const [row] = await sql<{ position: bigint }[]>`
    select position from checkpoints where topic = ${topic} and partition = ${partition}`
  return row?.position ?? 0n
}

/**
 * The part of a statement that moves a checkpoint forward where the condition holds; a rival that
 * is behind never moves it back.
 */
export const advance = (
  sql: Sql,
  topic: string,
  partition: number,
  position: bigint,
  condition: Fragment,
): Fragment => sql`
  insert into checkpoints (topic, partition, position)
  select ${topic}::text, ${partition}::int, ${String(position)}::bigint where ${condition}
  on conflict (topic, partition) do update
    set position = greatest(checkpoints.position, excluded.position)`

/** Only the ledger writes what a projection reads: a row that cannot be read is no row of ours. */
export const readRows = <T>(
  records: readonly Incoming[],
  decode: (bytes: Buffer | null) => Decoded<T>,
): T[] =>
  records.map(({ topic, partition, offset, value }) => {
    const decoded = decode(value)
    assert(decoded.ok, `${topic}/${partition}@${offset}: ${decoded.ok ? '' : decoded.reason}`)
    return decoded.value
  })
