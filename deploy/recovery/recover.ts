import colors from 'picocolors'
import { unreachable } from '../../shared/assert.ts'
import { holdServices } from '../local/hold.ts'
import { runVisibly } from '../local/progress.ts'
import type { Step } from '../local/steps.ts'
import { findPlaces } from '../places/places.ts'
import { withDatabases } from '../places/sql.ts'
import { runTool } from '../places/tool.ts'
import { brokerLostSteps } from './broker-lost.ts'
import { cacheLostSteps } from './cache-lost.ts'
import { databaseBehindSteps } from './database-behind.ts'
import { type Case, diagnose, shownTrouble, type Trouble } from './diagnosis.ts'
import { countMissing, messagesLostSteps } from './messages-lost.ts'
import { type Options, parse } from './options.ts'
import { mustBeStopped, type Recovery } from './running.ts'

const HELP = `Mends what a lost or restored broker or database leaves behind.

  bun run recover                     says what is wrong; changes nothing
  bun run recover <case>              says what would be done; changes nothing
  bun run recover <case> --yes        does it
                         --anyway     although nothing shows that it is that case

  broker-lost       the log lost its records, all or the end of them: everything is sent again
                    from Postgres, and decided as before
  database-behind   a database of order or billing was restored from an older backup: it is
                    completed from the log
  cache-lost        billing's balances, journal or checkpoints are gone, empty or doubted: billing
                    reads them from the topics again
  messages-lost     notification's messages are gone: their outcomes are published again

  --folder DIR      of the system that \`bun run up --folder DIR\` runs; its services are stopped
                    meanwhile. Elsewhere stop them first; the environment says where things are
                    (KAFKA_BROKERS, ORDER_DATABASE_URL and the like), as the owner of the tables and
                    as somebody who may delete topics and groups

Interrupted, it may be done again. The exit code is 0 when nothing is wrong or all was done, 1 when
something is wrong, was refused or failed, 2 when the command line is wrong.
`

const recover = async ({ case: wanted, yes, anyway, folder }: Options): Promise<number> => {
  const places = findPlaces(folder, process.env)
  const held = yes ? await holdServices(places.local) : undefined
  try {
    return await withDatabases(places, 'recover', async (databases) => {
      const troubles = await diagnose(places.kafka, databases)
      // Only where all else is well, and asked for: it takes a look at every order.
      if (troubles.length === 0) troubles.push(...(await missingMessages(databases)))
      if (wanted === undefined) return tell(troubles)
      const obstacle = refusal(wanted, troubles, anyway)
      if (obstacle !== undefined) {
        console.error(colors.red(obstacle))
        return 1
      }
      const steps = stepsOf(wanted, { places, databases })
      if (!yes) return tellSteps(wanted, troubles, steps)
      if (wanted !== 'messages-lost') await mustBeStopped(databases)
      await runVisibly(steps)
      console.log(`\nDone. ${AFTERWARDS}`)
      return 0
    })
  } finally {
    held?.release()
  }
}

const AFTERWARDS =
  'Start the services, where that does not happen by itself; `bun run verify` tells when all is right again.'

const missingMessages = async (databases: Recovery['databases']): Promise<Trouble[]> => {
  const count = await countMissing(databases)
  return count === 0
    ? []
    : [{ case: 'messages-lost', signs: [`${count} decided orders have no message`] }]
}

/** Each case needs the ones before it to be mended: what it does would otherwise lose something. */
const refusal = (
  wanted: Case,
  troubles: readonly Trouble[],
  anyway: boolean,
): string | undefined => {
  const [first] = troubles
  if (first !== undefined && first.case !== wanted) {
    return `it is not that case, or not yet: ${shownTrouble(first)}\nFirst: bun run recover ${first.case}`
  }
  if (first === undefined && !anyway) {
    return `nothing shows that it is ${wanted}. --anyway does it all the same`
  }
  return undefined
}

const stepsOf = (wanted: Case, recovery: Recovery): Step[] => {
  switch (wanted) {
    case 'broker-lost':
      return brokerLostSteps(recovery)
    case 'database-behind':
      return databaseBehindSteps(recovery)
    case 'cache-lost':
      return cacheLostSteps(recovery)
    case 'messages-lost':
      return messagesLostSteps(recovery)
    default:
      return unreachable(wanted)
  }
}

const tell = (troubles: readonly Trouble[]): number => {
  const [first] = troubles
  if (first === undefined) {
    console.log('Nothing is wrong with positions and ends. `bun run verify` looks at everything.')
    return 0
  }
  for (const { case: name, signs } of troubles) {
    console.log([`${colors.red(name)}:`, ...signs.map((sign) => `  ${sign}`)].join('\n'))
  }
  console.log(`\nWhat would be done: bun run recover ${first.case}`)
  return 1
}

const tellSteps = (wanted: Case, troubles: readonly Trouble[], steps: readonly Step[]): number => {
  for (const trouble of troubles) console.log(shownTrouble(trouble))
  console.log('\nThis would be done, with the services stopped:\n')
  for (const { title } of steps) console.log(`  - ${title}`)
  console.log(`\nTo do it: bun run recover ${wanted} --yes`)
  return 0
}

await runTool({ name: 'recover', help: HELP, parse, run: recover })
