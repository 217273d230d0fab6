import { dockerProblem } from '../local/redpanda.ts'

export type EngineName = 'docker' | 'podman'

export type Engine = {
  name: EngineName
  /** Words between `build` and what is built. */
  buildWords: readonly string[]
  /** Runs a command of the engine; throws with the end of what it printed when that fails. */
  run: (words: readonly string[], options?: RunOptions) => Promise<string>
}

export type RunOptions = { cwd?: string; stdin?: Blob; deadlineMs?: number }

/** The first build downloads the bases. */
const DEADLINE_MS = 600_000
const ANSWER_DEADLINE_MS = 10_000

/** The engine that answers, docker first unless one is asked for; else why there is none. */
export const findEngine = async (
  wanted?: EngineName,
): Promise<{ engine: Engine } | { problem: string }> => {
  const problems: string[] = []
  for (const name of wanted === undefined ? (['docker', 'podman'] as const) : [wanted]) {
    const problem = await (name === 'docker' ? dockerProblem() : podmanProblem())
    if (problem === undefined) return { engine: engine(name) }
    problems.push(problem)
  }
  return { problem: problems.join(', ') }
}

const podmanProblem = async (): Promise<string | undefined> => {
  if (process.platform !== 'linux') return 'podman is used on Linux only'
  if (Bun.which('podman') === null) return 'podman is not installed'
  const answer = engine('podman').run(['info'], { deadlineMs: ANSWER_DEADLINE_MS })
  return await answer.then(
    () => undefined,
    () => 'podman does not answer',
  )
}

const engine = (name: EngineName): Engine => ({
  name,
  // In a chroot a build needs neither an OCI runtime nor cgroups, which nested machines lack.
  buildWords: name === 'podman' ? ['--isolation=chroot'] : [],
  run: (words, options) => run([name, ...words], options),
})

const run = async (
  command: string[],
  { cwd, stdin, deadlineMs = DEADLINE_MS }: RunOptions = {},
): Promise<string> => {
  const child = Bun.spawn(command, {
    ...(cwd && { cwd }),
    stdin: stdin ?? 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: deadlineMs,
    // Secrets of a build are a feature of BuildKit.
    env: { ...process.env, DOCKER_BUILDKIT: '1' },
  })
  const [code, output, complaints] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  if (code === 0) return output
  const end = `${output}${complaints}`.trimEnd().split('\n').slice(-20).join('\n')
  throw new EngineError(`\`${command.slice(0, 2).join(' ')}\` ended with ${code}:\n${end}`)
}

export class EngineError extends Error {
  override readonly name = 'EngineError'
}
