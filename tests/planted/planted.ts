import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Parsed, parsedBy, runCommand } from '../support/command-line.ts'
import type { Bug } from './bug.ts'
import { BUGS } from './bugs.ts'
import { buildWith } from './build.ts'
import type { Finding } from './finding.ts'
import { lookInProcesses } from './in-processes.ts'
import { lookInSimulation } from './in-simulation.ts'

/**
 * Plants each bug into a copy of the sources and lets both harnesses look for it; a copy without
 * any goes first, in which nothing may be found. `bun run faults --planted`.
 */
const HELP = `Plants bugs into copies of the sources and lets both harnesses look for them.

  bun run faults --planted [options]

  --bug NAME       this one only; may be given several times
  --in WHERE       simulation or processes only
  --list           the bugs, and nothing else
  --help, -h       this text

Ends with 0 when every bug was found by every harness that can see it, and nothing was found where
there is no bug; else with 1; with 64 when it was asked for something that there is not.
`

type Place = Bug['seenBy'][number]
type Row = { bug: string; where: Place; found: string; after: string; ok: boolean }

const NONE: Bug = {
  name: 'none',
  what: 'the sources as they are',
  edits: [],
  seenBy: ['simulation', 'processes'],
}

const look = async (bug: Bug, where: Place): Promise<Finding> => {
  const folder = await mkdtemp(join(tmpdir(), `exactly-once-planted-${bug.name}-`))
  const [sources, dump] = [join(folder, 'sources'), join(folder, 'dump')]
  try {
    await mkdir(sources)
    await buildWith(bug, sources)
    return where === 'simulation'
      ? await lookInSimulation(sources)
      : await lookInProcesses(bug.name, sources, dump)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const rowOf = async (bug: Bug, where: Place): Promise<Row> => {
  console.error(`${bug.name}, in the ${where}: ${bug.what}`)
  const finding = await look(bug, where)
  const found = finding.found ? shown(finding.by) : 'nothing'
  // All of them take an hour, and whoever interrupts that should not have waited in vain.
  console.error(`  found: ${found}, after ${finding.after}`)
  const ok = finding.found === (bug !== NONE)
  return { bug: bug.name, where, found, after: finding.after, ok }
}

const shown = (names: readonly string[]): string =>
  names.length <= 3
    ? names.join(', ')
    : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`

type Options = { bugs: readonly Bug[]; places: readonly Place[]; isList: boolean }

const parseOptions = (words: readonly string[]): Parsed<Options> =>
  parsedBy(() => {
    const { values } = parseArgs({ args: [...words], strict: true, options: FLAGS })
    if (values.help) return undefined
    return { bugs: bugsOf(values.bug), places: placesOf(values.in), isList: values.list }
  })

const FLAGS = {
  bug: { type: 'string', multiple: true },
  in: { type: 'string' },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  planted: { type: 'boolean' },
} as const

const planted = async ({ bugs, places, isList }: Options): Promise<number> => {
  if (isList) {
    console.table(BUGS.map(({ name, what, seenBy }) => ({ name, what, seenBy: seenBy.join(', ') })))
    return 0
  }
  const rows: Row[] = []
  for (const bug of bugs) {
    for (const where of bug.seenBy.filter((place) => places.includes(place))) {
      rows.push(await rowOf(bug, where))
    }
  }
  console.table(rows.map(({ ok, ...row }) => ({ ...row, '': ok ? '' : '!' })))
  return rows.every(({ ok }) => ok) ? 0 : 1
}

const placesOf = (wish: string | undefined): readonly Place[] => {
  if (wish === undefined) return ['simulation', 'processes']
  if (wish === 'simulation' || wish === 'processes') return [wish]
  throw new Error(`--in is simulation or processes, not '${wish}'`)
}

const bugsOf = (names: readonly string[] | undefined): readonly Bug[] => {
  const all = [NONE, ...BUGS]
  if (names === undefined) return all
  return names.map((name) => {
    const bug = all.find((one) => one.name === name)
    if (bug === undefined) throw new Error(`there is no bug '${name}'; --list names them`)
    return bug
  })
}

/** The command line of `bun run faults --planted`; answers the exit code. */
export const plantedMain = (words: readonly string[]): Promise<number> =>
  runCommand(parseOptions(words), HELP, planted)
