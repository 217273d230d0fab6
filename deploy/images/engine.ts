import { dockerProblem } from '../local/redpanda.ts'
import { type RunCommand, runCommandLine } from '../run-command.ts'

export type EngineName = 'docker' | 'podman'

export type Engine = {
  name: EngineName
  /** Words between `build` and what is built. */
  buildWords: readonly string[]
  /** Runs a command of the engine; throws with the end of what it printed when that fails. */
  run: RunCommand
}

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
  run: (words, options) =>
    runCommandLine([name, ...words], {
      deadlineMs: DEADLINE_MS,
      // Secrets of a build are a feature of BuildKit.
      environment: { DOCKER_BUILDKIT: '1' },
      ...options,
    }),
})
