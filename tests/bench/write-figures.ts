import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = join(import.meta.dir, 'results')

/** Writes figures as JSON, and the picture of them beside it; answers where. `date`: ISO 8601. */
export const writeFigures = async (
  name: string,
  date: string,
  figures: object,
  svg: string,
): Promise<string[]> => {
  await mkdir(FOLDER, { recursive: true })
  const path = join(FOLDER, `${name}-${date.slice(0, 19).replaceAll(':', '')}`)
  await Bun.write(`${path}.json`, `${JSON.stringify(figures, null, 2)}\n`)
  await Bun.write(`${path}.svg`, svg)
  return [`${path}.json`, `${path}.svg`]
}
