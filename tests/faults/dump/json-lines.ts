import { closeSync, existsSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import * as v from 'valibot'

/**
 * The lines of a stream. Only a line feed ends one: Node's own reader also ends lines at U+2028,
 * which JSON may hold.
 */
export async function* linesOf(
  stream: ReadableStream<Uint8Array>,
  encoding: 'utf8' | 'latin1' = 'utf8',
): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const chunk of stream) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      yield bytes.toString(encoding, start, end)
      start = end + 1
    }
    rest = bytes.subarray(start)
  }
  if (rest.length > 0) yield rest.toString(encoding)
}

const LF = 0x0a

/** Reads a file of one JSON value a line. A line that is not of the schema is an error: throws. */
export const readLines = async <const S extends v.GenericSchema>(
  file: string,
  schema: S,
  take: (line: v.InferOutput<S>, number: number) => void,
): Promise<void> => {
  let number = 0
  for await (const text of linesOf(Bun.file(file).stream())) {
    number += 1
    if (text !== '') take(parse(schema, text, `${file}:${number}`), number)
  }
}

/** All lines; undefined when there is no such file. */
export const readAll = async <const S extends v.GenericSchema>(
  file: string,
  schema: S,
): Promise<v.InferOutput<S>[] | undefined> => {
  if (!existsSync(file)) return undefined
  const lines: v.InferOutput<S>[] = []
  await readLines(file, schema, (line) => lines.push(line))
  return lines
}

export const parse = <const S extends v.GenericSchema>(
  schema: S,
  text: string,
  where: string,
): v.InferOutput<S> => {
  try {
    return v.parse(schema, JSON.parse(text))
  } catch (error) {
    throw new Error(`${where} is not what a dump holds`, { cause: error })
  }
}

/** Writes one JSON value a line, in place of whatever the file held. */
export const openLines = (file: string) => {
  mkdirSync(dirname(file), { recursive: true })
  const descriptor = openSync(file, 'w', 0o600)
  let waiting: string[] = []
  const flush = (): void => {
    if (waiting.length > 0) writeSync(descriptor, waiting.join(''))
    waiting = []
  }
  return {
    write: (line: object): void => {
      waiting.push(`${JSON.stringify(line)}\n`)
      if (waiting.length === LINES_AT_ONCE) flush()
    },
    close: (): void => {
      flush()
      closeSync(descriptor)
    },
  }
}

const LINES_AT_ONCE = 1_000
