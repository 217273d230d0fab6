export type CommandOptions = {
  /** Given to the command on its standard input. */
  input?: string | Blob
  /** Where it runs; here when absent. */
  folder?: string
  environment?: Record<string, string>
  deadlineMs?: number
  signal?: AbortSignal
}

/** Runs a command and answers what it printed; the words are passed as they are, without a shell. */
export type RunCommand = (words: readonly string[], options?: CommandOptions) => Promise<string>

export class CommandError extends Error {
  override readonly name = 'CommandError'
}

const DEADLINE_MS = 60_000
const LINES_MAX = 25

/**
 * Runs a command to its end. Throws a CommandError with the end of what it printed when its exit
 * code is not 0 or when it did not end in time.
 */
export const runCommandLine: RunCommand = async (words, options = {}) => {
  const { input, folder, environment, deadlineMs = DEADLINE_MS, signal } = options
  const child = Bun.spawn([...words], {
    stdin: input === undefined ? 'ignore' : new Blob([input]),
    env: { ...process.env, ...environment },
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: deadlineMs,
    // One that does not react to being asked would be waited for without an end.
    killSignal: 'SIGKILL',
    ...(folder && { cwd: folder }),
    ...(signal && { signal }),
  })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code === 0) return output
  const how = child.signalCode === null ? `ended with ${code}` : `did not end in ${deadlineMs} ms`
  const last = `${output}\n${errors}`.trim().split('\n').slice(-LINES_MAX).join('\n')
  throw new CommandError(`${shown(words)} ${how}:\n${last}`)
}

/** A command as somebody would type it. */
export const shown = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ')
