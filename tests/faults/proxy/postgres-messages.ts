import { splitter } from './messages.ts'

/** A message with the letter that tells its kind; those before the startup have none. */
export type PostgresMessage = { kind: string; bytes: Buffer }

const HEAD_BYTES = 5
const FIRST_BYTES = 8
const SSL_REQUEST = 80_877_103
const GSS_REQUEST = 80_877_104
const CANCEL_REQUEST = 80_877_102

/**
 * Cuts both directions of one session into messages. What a client sends first has no letter, and
 * a question for encryption is answered with a bare letter, so one direction depends on the other.
 */
export const openSplitters = () => {
  let isStarted = false
  let bareAnswers = 0

  const readFirst = (bytes: Buffer): string => {
    const code = bytes.readInt32BE(4)
    if (code === SSL_REQUEST || code === GSS_REQUEST) {
      bareAnswers += 1
      return 'encrypt?'
    }
    if (code === CANCEL_REQUEST) return 'cancel'
    isStarted = true
    return 'startup'
  }
  const fromClient = splitter(
    (bytes) => {
      if (isStarted) return sizeOf(bytes)
      return bytes.length < FIRST_BYTES ? undefined : bytes.readInt32BE(0)
    },
    (bytes): PostgresMessage => ({ kind: isStarted ? letter(bytes) : readFirst(bytes), bytes }),
  )
  const fromServer = splitter(
    (bytes) => {
      if (bareAnswers === 0) return sizeOf(bytes)
      return bytes.length === 0 ? undefined : 1
    },
    (bytes): PostgresMessage => {
      if (bareAnswers === 0) return { kind: letter(bytes), bytes }
      bareAnswers -= 1
      return { kind: 'encryption', bytes }
    },
  )
  return { fromClient, fromServer }
}

/** The letter, then the length of the rest, which counts itself. */
const sizeOf = (bytes: Buffer): number | undefined =>
  bytes.length < HEAD_BYTES ? undefined : 1 + bytes.readInt32BE(1)

const letter = (bytes: Buffer): string => String.fromCharCode(bytes.readUInt8(0))

/** The texts that a message begins with, each ended by a zero. */
export const textsOf = ({ bytes }: PostgresMessage, count: number): string[] => {
  const texts: string[] = []
  for (let at = HEAD_BYTES; texts.length < count; ) {
    const end = bytes.indexOf(0, at)
    if (end === -1) break
    texts.push(bytes.toString('utf8', at, end))
    at = end + 1
  }
  return texts
}

/** The parameters of a startup message: user, database, application_name. */
export const parametersOf = ({ bytes }: PostgresMessage): Map<string, string> => {
  const words = bytes.toString('utf8', 8).split('\0')
  const pairs = new Map<string, string>()
  for (let index = 0; index + 1 < words.length; index += 2) {
    const name = words[index] ?? ''
    if (name !== '') pairs.set(name, words[index + 1] ?? '')
  }
  return pairs
}
