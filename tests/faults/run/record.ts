import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** The part of a dump that is written while a run goes on; all its moments are of one clock. */
export type RunRecord = {
  /** Milliseconds since the beginning of the run. */
  now: () => number
  file: (name: string) => string
  /** Adds a line, with the moment at which it is written. */
  append: (name: string, line: object) => void
  write: (name: string, content: object) => Promise<void>
}

export const openRecord = (folder: string): RunRecord => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const start = performance.now()
  const now = () => performance.now() - start
  const file = (name: string) => join(folder, name)
  return {
    now,
    file,
    append: (name, line) =>
      appendFileSync(file(name), `${JSON.stringify({ at: Math.round(now()), ...line })}\n`),
    write: async (name, content) => {
      await Bun.write(file(name), `${JSON.stringify(content, null, 2)}\n`)
    },
  }
}

/** The commit that runs, as far as anybody knows. */
export const commitOf = async (): Promise<string> => {
  const git = Bun.spawn(['git', 'rev-parse', '--short', 'HEAD'], {
    cwd: import.meta.dir,
    stderr: 'ignore',
  })
  return (await new Response(git.stdout).text()).trim() || 'unknown'
}
