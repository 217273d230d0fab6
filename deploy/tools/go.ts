import * as v from 'valibot'
import { dyingWithParent } from '../local/child.ts'

/** Downloading and compiling Helm takes six minutes on a busy machine of two cores. */
const DEADLINE_MS = 1_500_000

/** Why Go cannot be used at all; undefined when it can. */
export const goProblem = (): string | undefined =>
  Bun.which('go') === null ? 'Go is not installed' : undefined

/**
 * Runs the go command and returns what it printed. Throws with the end of its complaint.
 * Flags and workspaces that the user keeps for projects of their own must not change what is
 * built here, and an empty GOFLAGS would let the ones of `go env -w` through.
 */
export const go = async (
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> => {
  const child = Bun.spawn([...dyingWithParent('KILL'), 'go', ...words], {
    env: { ...process.env, GOFLAGS: '-trimpath', GOWORK: 'off', CGO_ENABLED: '0', ...environment },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code === 0) return output
  const complaint = errors.replaceAll(/^go: downloading .*\n/gm, '').trim() || output.trim()
  throw new Error(
    `go ${words[0]} ended with ${code}: ${complaint.split('\n').slice(-4).join('; ')}`,
  )
}

/** The folder of a module's source, in Go's own cache. */
export const moduleFolder = async (module: string, version: string): Promise<string> => {
  const answer = await go(['mod', 'download', '-json', `${module}@${version}`])
  return v.parse(v.object({ Dir: v.string() }), JSON.parse(answer)).Dir
}
