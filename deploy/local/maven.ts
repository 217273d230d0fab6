import { dyingWithParent } from './child.ts'

export type MavenRun = {
  /** Holds the pom.xml. */
  folder: string
  words: readonly string[]
  /** Completes the sentence "Maven could not …". */
  what: string
  signal?: AbortSignal | undefined
}

/** Slow networks exist; what takes longer than this is stuck. */
const DEADLINE_MS = 300_000

/** Runs Maven once; throws with the first lines of what it says when it fails. */
export const runMaven = async ({ folder, words, what, signal }: MavenRun): Promise<void> => {
  const maven = Bun.spawn([...dyingWithParent('KILL'), 'mvn', '-B', '-q', ...words], {
    cwd: folder,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: DEADLINE_MS,
    detached: true,
    ...(signal && { signal }),
  })
  const [output, errors, code] = await Promise.all([
    new Response(maven.stdout).text(),
    new Response(maven.stderr).text(),
    maven.exited,
  ])
  if (code === 0) return
  const reason = `${output}\n${errors}`.trim().split('\n').slice(0, 8).join('\n')
  throw new Error(`Maven could not ${what} (exit ${code}):\n${reason}`)
}
