import { join } from 'node:path'

export type Ended = { code: number; output: string }

export type Program = {
  /** What it wrote so far. */
  output: () => string
  ended: Promise<Ended>
}

const LONGEST_RUN_MS = 60_000

/** Starts a program of the project, with nothing of our own environment but the path. */
export const startProgram = (
  file: string,
  environment: Record<string, string>,
  ...words: string[]
): Program => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../..', file), ...words], {
    env: { PATH: process.env['PATH'], ...environment },
    stdin: 'ignore',
    // One that goes on when it should have ended fails its own test and no other.
    timeout: LONGEST_RUN_MS,
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let output = ''
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const bytes of stream) output += decoder.decode(bytes, { stream: true })
  }
  const finish = async (): Promise<Ended> => {
    await Promise.all([collect(child.stdout), collect(child.stderr)])
    return { code: await child.exited, output }
  }
  return { output: () => output, ended: finish() }
}

/** The same, to its end. */
export const runProgram = (...program: Parameters<typeof startProgram>): Promise<Ended> =>
  startProgram(...program).ended
