import { readFileSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'

/**
 * With which broker and which database the data of a folder was made. The two belong together:
 * a log that starts anew under old databases, or the reverse, gives wrong answers.
 */
const OriginSchema = v.object({
  broker: v.picklist(['given', 'redpanda', 'kafka']),
  database: v.picklist(['given', 'embedded']),
})

export type Origin = v.InferOutput<typeof OriginSchema>

export const readOrigin = (file: string): Origin | undefined => {
  try {
    return v.parse(OriginSchema, JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

export const writeOrigin = (file: string, origin: Origin): void =>
  writeFileSync(file, JSON.stringify(origin))

/** Why a start would mix two systems, or undefined when it would not. */
export const originConflict = (earlier: Origin | undefined, now: Origin): string | undefined => {
  if (earlier === undefined) return undefined
  // Nothing is kept here, so nothing can contradict.
  if (earlier.broker === 'given' && earlier.database === 'given') return undefined
  if (earlier.broker === now.broker && earlier.database === now.database) return undefined
  return [
    `the data in this folder was made with another broker or database (${describe(earlier)}),`,
    `which would not fit ${describe(now)}. Start as before, use another --folder,`,
    'or start empty with --reset.',
  ].join(' ')
}

const describe = ({ broker, database }: Origin): string => {
  const log = broker === 'given' ? 'KAFKA_BROKERS' : broker
  return `${log} with ${database === 'given' ? 'DATABASE_URL' : 'our own Postgres'}`
}
