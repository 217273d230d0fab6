import { openAccounts } from './accounts.ts'
import { openContract } from './contract.ts'
import { measure } from './measure.ts'
import { watchMemory } from './memory.ts'
import { type Options, readOptions, UsageError, usage } from './options.ts'
import { openOrders } from './orders.ts'
import { audit } from './outcomes.ts'
import { type Figures, holds, report } from './report.ts'
import { step } from './step.ts'
import { assertAnswers, environment, findSystem } from './system.ts'
import { systemPicture } from './system-picture.ts'
import { writeFigures } from './write-figures.ts'

/** Measures a running system: the figures are printed, never judged; a lost order is an error. */
const bench = async (options: Options): Promise<Figures> => {
  const { pids, ...system } = findSystem(options.url, options.folder)
  await assertAnswers(system.addresses)
  const before = environment()
  const contract = openContract(system.addresses)
  const run = `bench-${crypto.randomUUID().slice(0, 8)}`

  const accounts = await step(`opening and funding ${options.accounts} accounts`, () =>
    openAccounts(contract, run, options.accounts),
  )
  const orders = openOrders(contract, accounts)
  const memory = watchMemory(pids)
  const measured = await measure(contract, orders, accounts, options)
  const used = await memory.stop()
  const found = await step(`looking at all ${orders.accepted.length} orders`, () =>
    audit(contract, orders, accounts, options.deadlineSeconds * 1000),
  )
  return {
    date: new Date().toISOString(),
    command: ['bun run bench', ...process.argv.slice(2)].join(' '),
    environment: before,
    system,
    ...measured,
    memory: used,
    accepted: orders.accepted.length,
    missing: found.missing.length,
    wrong: found.wrong.length,
    unbalanced: found.unbalanced.length,
    uncertain: found.uncertain,
  }
}

const main = async (): Promise<number> => {
  try {
    const options = readOptions(process.argv.slice(2))
    const figures = await bench(options)
    console.log(`\n${report(figures)}`)
    if (options.out) {
      const written = await writeFigures('system', figures.date, figures, systemPicture(figures))
      console.log(`\nwritten: ${written.join(' ')}`)
    }
    return holds(figures) ? 0 : 1
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    if (error instanceof TypeError || error instanceof UsageError) console.error(usage)
    return 1
  }
}

if (import.meta.main) process.exitCode = await main()
