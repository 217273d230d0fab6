import type { Bytes } from '../dump/dump.ts'

export const bufferOf = (bytes: Bytes): Buffer | null => {
  if (bytes === null) return null
  return typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.base64, 'base64')
}

export const isSameBytes = (left: Bytes, right: Bytes): boolean =>
  typeof left === 'string' || typeof right === 'string'
    ? left === right
    : left?.base64 === right?.base64

const SHOWN = 200

/** For people. */
export const shown = (bytes: Bytes): string => {
  if (bytes === null) return 'nothing'
  const text = typeof bytes === 'string' ? bytes : `base64 ${bytes.base64}`
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

/** The text, where there is one. */
export const asText = (bytes: Bytes | undefined): string => (typeof bytes === 'string' ? bytes : '')
