import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plantedMain } from '../planted/planted.ts'
import { runCommand, WrongUseError } from '../support/command-line.ts'
import { HELP, type Options, parseOptions } from './options.ts'
import { longPlan } from './plan/long-plan.ts'
import type { Plan } from './plan/plan.ts'
import { readPlan } from './plan/read-plan.ts'
import { render } from './report/render.ts'
import { holds } from './report/report.ts'
import { runFaults } from './run/run.ts'

const faults = async (options: Options): Promise<number> => {
  const { seed, plan } = await planOf(options)
  const folder = await folderOf(options.folder)
  console.log(`seed ${seed}, ${plan.length} steps; everything is kept in ${folder}`)
  const { rate, clients } = options
  const load = { perSecond: rate, clients }
  const report = await runFaults({ seed, plan, folder, load, say: console.log })
  console.log(`\n${render(report)}`)
  if (!holds(report))
    console.log(
      `\nthe evidence is in ${folder}; do the same again:\n  bun run faults --plan ${join(folder, 'run.json')}`,
    )
  else if (options.folder === undefined) await rm(folder, { recursive: true })
  return holds(report) ? 0 : 1
}

const DEFAULT_SEED = 1

const planOf = async ({
  seed,
  minutes,
  kills,
  plan: file,
}: Options): Promise<{ seed: number; plan: Plan }> => {
  if (file === undefined) {
    const chosen = seed ?? DEFAULT_SEED
    return { seed: chosen, plan: longPlan({ seed: chosen, minutes, kills }) }
  }
  const { seed: earlier, plan } = await readPlan(file)
  return { seed: seed ?? earlier ?? DEFAULT_SEED, plan }
}

const folderOf = async (folder: string | undefined): Promise<string> => {
  if (folder === undefined) return mkdtemp(join(tmpdir(), 'exactly-once-faults-'))
  if (existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new WrongUseError(`${folder} is not empty`)
  }
  return folder
}

const main = (words: readonly string[]): Promise<number> =>
  words.includes('--planted') ? plantedMain(words) : runCommand(parseOptions(words), HELP, faults)

process.exit(await main(process.argv.slice(2)))
