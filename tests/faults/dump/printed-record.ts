import type { Bytes } from './dump.ts'

export type Printed = {
  partition: number
  offset: string
  key: Bytes
  value: Bytes
  timestamp: number
}

/**
 * How the console consumer has to print so that any bytes survive: `BytesDeserializer` leaves
 * printable ASCII as it is and writes every other byte, and the backslash, as `\xNN`. So no tab or
 * line feed of a record is mistaken for one between fields, and the way back is exact. A missing
 * key or value goes the same way and must be a text that no record has.
 */
export const printingWords = (missing: string): string[] =>
  [
    'print.timestamp=true',
    'print.partition=true',
    'print.offset=true',
    'print.key=true',
    `null.literal=${missing}`,
    `key.deserializer=${BYTES}`,
    `value.deserializer=${BYTES}`,
  ].flatMap((property) => ['--property', property])

const BYTES = 'org.apache.kafka.common.serialization.BytesDeserializer'

/** A line that was printed that way. Throws on any other. */
export const readPrinted = (line: string, missing: string): Printed => {
  const [time = '', partition = '', offset = '', key, value, ...more] = line.split('\t')
  const at = FIELDS.exec(`${time} ${partition} ${offset}`)
  if (at === null || key === undefined || value === undefined || more.length > 0) {
    throw new Error(`the console consumer printed ${line.slice(0, 200)}`)
  }
  return {
    partition: Number(at[2]),
    offset: at[3] ?? '',
    key: bytesOf(key, missing),
    value: bytesOf(value, missing),
    timestamp: Number(at[1]),
  }
}

const FIELDS = /^(?:CreateTime|LogAppendTime):(-?\d+) Partition:(\d+) Offset:(\d+)$/

const bytesOf = (printed: string, missing: string): Bytes => {
  if (printed === missing) return null
  if (!printed.includes('\\')) return printed
  const bytes = Buffer.from(
    printed.replaceAll(/\\x([0-9A-F]{2})/g, (_escape, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  )
  try {
    return UTF8.decode(bytes)
  } catch {
    return { base64: bytes.toString('base64') }
  }
}

/** Exact in both ways: bytes that are no UTF-8 are refused, and a byte-order mark is kept. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
