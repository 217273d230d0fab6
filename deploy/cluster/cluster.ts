import { runCommand } from '../local/command.ts'
import { runVisibly, secondsSince } from '../local/progress.ts'
import { diagnosis } from './diagnosis.ts'
import { openFigures, timed } from './figures.ts'
import { refuseForeignNamespaces, refuseOtherContext, refuseTakenNamespaces } from './guard.ts'
import { knownKinds } from './known-kinds.ts'
import { type ClusterOptions, HELP, parseOptions } from './options.ts'
import { openPrograms } from './programs.ts'
import { clusterSteps } from './steps.ts'

const main = async (): Promise<number> => {
  const parsed = parseOptions(process.argv.slice(2))
  if (parsed.kind === 'help') {
    console.log(HELP)
    return 0
  }
  if (parsed.kind === 'wrong') {
    console.error(`${parsed.why}\nTry: bun run cluster --help`)
    return 2
  }
  return tryCluster(parsed.options)
}

const tryCluster = async (options: ClusterOptions): Promise<number> => {
  const startedAt = performance.now()
  const run = await openPrograms()
  await refuseOtherContext(options.context, run)
  await (options.uninstall ? refuseForeignNamespaces(run) : refuseTakenNamespaces(run))
  console.log(
    `Cluster ${options.context}: ${(await run(['kubectl', 'version'])).trim().split('\n').at(-1)}\n`,
  )
  const kinds = await knownKinds(run)
  const figures = openFigures(['bun run cluster', ...process.argv.slice(2)].join(' '))
  try {
    await runVisibly(timed(figures, clusterSteps(options, run, kinds, figures)))
  } catch (error) {
    console.error(await diagnosis(run))
    console.error('\nWhat was installed is still there; remove it with --uninstall.\n')
    throw error
  } finally {
    if (options.out !== undefined) {
      await Bun.write(options.out, `${JSON.stringify(figures, null, 2)}\n`)
    }
  }
  console.log(`\nAll of it took ${secondsSince(startedAt)}.`)
  return 0
}

await runCommand(main)
