import { join } from 'node:path'
import { $ } from 'bun'
import { imageReference, TARGETS } from '../../deploy/images/names.ts'

/**
 * However this process ends, a process beside it then removes the containers with the label and
 * the images with the tag: a test runner gives no hook that is called in every case.
 */
export const sweepAfterwards = (engine: string, tag: string, label: string): void => {
  const words = [process.execPath, join(import.meta.dir, 'sweep.ts'), engine, tag, label]
  // It notices our end by the end of this pipe, which nobody writes to.
  const sweeper = Bun.spawn(words, { stdin: 'pipe', stdout: 'ignore', detached: true })
  sweeper.unref()
  sweepers.add(sweeper)
}

/** What deploy/Dockerfile calls the stage that no image ships. */
const BUILD_STAGE = 'exactly-once.stage=build'

/** Keeps the pipe from being collected, which would close it. */
const sweepers = new Set<Bun.Subprocess>()

if (import.meta.main) {
  // The test runner ends what a test that timed out had started; the cleaning has to be done.
  process.on('SIGTERM', () => {})
  const [engine = '', tag = '', label = ''] = process.argv.slice(2)
  await Bun.stdin.text()
  const left = await $`${engine} ps --all --quiet --filter label=${label}`.quiet().nothrow().text()
  for (const id of left.split('\n').filter(Boolean)) {
    await $`${engine} rm --force --volumes ${id}`.quiet().nothrow()
  }
  for (const target of TARGETS) {
    await $`${engine} rmi --force ${imageReference(target, tag)}`.quiet().nothrow()
  }
  // The layers of the last builds make the next one fast; those of trees long gone only add up.
  const old = ['--filter', `label=${BUILD_STAGE}`, '--filter', 'until=12h']
  await $`${engine} image prune --force ${old}`.quiet().nothrow()
}
