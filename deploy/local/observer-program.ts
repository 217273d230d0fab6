import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A program that watches the system: how it is called, and what it finds in its folder. */
export type Program = {
  command: string[]
  /** By path in its folder. */
  files: ReadonlyMap<string, string>
  /** Answers 200 when it is ready. */
  readyPath: string
  environment?: Record<string, string>
}

export type ProgramOptions = { binary: string; port: number; dataFolder: string }

export const writeFiles = async (folder: string, files: Program['files']): Promise<void> => {
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 })
    await Bun.write(join(folder, path), text)
  }
}
