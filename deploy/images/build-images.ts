import { join } from 'node:path'
import { $ } from 'bun'
import { buildSecrets } from './build-secrets.ts'
import type { Engine } from './engine.ts'
import { type Bases, localBases } from './local-base.ts'
import { imageReference, type Target, VERSION } from './names.ts'

const ROOT = join(import.meta.dir, '../..')

export type BuildOptions = {
  engine: Engine
  /** The public images that the Dockerfile names, or ones made from this machine. */
  base: 'public' | 'local'
  tag?: string
  targets: readonly Target[]
  /** Told after each image. */
  onBuilt?: (built: { target: Target; reference: string; ms: number }) => void
}

/**
 * Builds images of this tree; answers their full names by target. Throws a CommandError with the
 * end of the output when a build fails.
 */
export const buildImages = async ({
  engine,
  base,
  tag = VERSION,
  targets,
  onBuilt,
}: BuildOptions): Promise<Map<Target, string>> => {
  const bases = base === 'local' ? await localBases(engine) : undefined
  const revision = await revisionOf(ROOT)
  const secrets = await buildSecrets()
  const references = new Map<Target, string>()
  try {
    for (const target of targets) {
      const startedAt = performance.now()
      const reference = imageReference(target, tag)
      await engine.run(
        [
          'build',
          ...engine.buildWords,
          ...asArguments(bases),
          `--build-arg=VERSION=${tag}`,
          `--build-arg=REVISION=${revision}`,
          ...secrets.words,
          '--file',
          'deploy/Dockerfile',
          '--target',
          target,
          '--tag',
          reference,
          '.',
        ],
        { folder: ROOT },
      )
      references.set(target, reference)
      onBuilt?.({ target, reference, ms: Math.round(performance.now() - startedAt) })
    }
  } finally {
    await secrets.remove()
  }
  return references
}

/** Writes an image into a tar that `docker load`, `ctr images import` and kind understand. */
export const saveImage = async (engine: Engine, reference: string, file: string): Promise<void> => {
  const format = engine.name === 'podman' ? ['--format', 'docker-archive'] : []
  await engine.run(['save', ...format, '--output', file, reference])
}

const asArguments = (bases: Bases | undefined): string[] =>
  bases === undefined
    ? []
    : [`--build-arg=BUN_IMAGE=${bases.bun}`, `--build-arg=RUNTIME_IMAGE=${bases.runtime}`]

/** The commit, marked when the tree has more than it; `unknown` outside a repository. */
const revisionOf = async (folder: string): Promise<string> => {
  const commit = await $`git rev-parse HEAD`.cwd(folder).quiet().nothrow()
  if (commit.exitCode !== 0) return 'unknown'
  const changes = await $`git status --porcelain`.cwd(folder).quiet().nothrow()
  return commit.stdout.toString().trim() + (changes.stdout.length > 0 ? '-modified' : '')
}
