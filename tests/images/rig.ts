import { buildImages } from '../../deploy/images/build-images.ts'
import { type Engine, findEngine } from '../../deploy/images/engine.ts'
import { localBases } from '../../deploy/images/local-base.ts'
import { TARGETS, type Target } from '../../deploy/images/names.ts'
import { once } from '../support/once.ts'
import { sweepAfterwards } from './sweep.ts'

/** What these tests build and run images with. */
export type Rig = {
  engine: Engine
  /** Everything before the options of one container, e.g. `podman run --ulimit …`. */
  runWords: readonly string[]
  /** Of every container, so that the sweeper finds what is left. */
  label: string
  /** The images of this tree, from local bases, under a tag that is gone afterwards. */
  images: () => Promise<Map<Target, string>>
  /** What they are made on. */
  base: string
}

const findRig = async (): Promise<{ rig: Rig } | { problem: string }> => {
  const found = await findEngine()
  if ('problem' in found) return found
  const { engine } = found
  try {
    const { bun, runtime } = await localBases(engine)
    const runWords = await findRunWords(engine, bun)
    const tag = `test-${crypto.randomUUID().slice(0, 8)}`
    const label = `exactly-once.${tag}`
    sweepAfterwards(engine.name, tag, label)
    const images = once(() => buildImages({ engine, base: 'local', tag, targets: TARGETS }))
    return { rig: { engine, runWords, label, images, base: runtime } }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Nested machines let a container run only with another runtime and limits of its own. */
const RUN_WORDS: readonly (readonly string[])[] = [
  ['run'],
  ['--runtime', 'runc', 'run'],
  ['--runtime', 'runc', 'run', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'],
]

const findRunWords = async (engine: Engine, image: string): Promise<readonly string[]> => {
  const problems: string[] = []
  for (const words of RUN_WORDS) {
    const trial = [...words, '--rm', '--network', 'host', image, '/usr/local/bin/bun', '--version']
    try {
      await engine.run(trial)
      return words
    } catch (error) {
      problems.push(String(error))
    }
  }
  throw new Error(`${engine.name} runs no container: ${problems.at(-1)}`)
}

const found = await findRig()
const problem = 'problem' in found ? found.problem : undefined
if (problem !== undefined) console.warn(`images are neither built nor run here: ${problem}`)

/** Without an engine that works here the tests are skipped, for the reason printed above. */
export const isRigMissing = problem !== undefined

/** For tests that are not skipped. */
export const rig = (): Rig => {
  if ('rig' in found) return found.rig
  throw new Error(found.problem)
}
