import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import * as v from 'valibot'

/** Reads a file of one JSON value a line. A line that is not of the schema is an error: throws. */
export const readLines = async <const S extends v.GenericSchema>(
  file: string,
  schema: S,
  take: (line: v.InferOutput<S>, number: number) => void,
): Promise<void> => {
  let number = 0
  for await (const text of createInterface({ input: createReadStream(file) })) {
    number += 1
    if (text === '') continue
    take(parse(schema, text, `${file}:${number}`), number)
  }
}

/** All lines; none when there is no such file. */
export const readAll = async <const S extends v.GenericSchema>(
  file: string,
  schema: S,
): Promise<v.InferOutput<S>[]> => {
  const lines: v.InferOutput<S>[] = []
  if (existsSync(file)) await readLines(file, schema, (line) => lines.push(line))
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
