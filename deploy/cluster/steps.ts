import { pause } from '../../shared/wait.ts'
import { runContract } from '../../tests/newman.ts'
import type { Step } from '../local/steps.ts'
import { type RunCommand, shown } from '../run-command.ts'
import {
  type Command,
  createNamespaces,
  deleteNamespaces,
  installCommands,
  testCommands,
  uninstallCommands,
} from './commands.ts'
import type { Figures } from './figures.ts'
import { openForwards } from './forwards.ts'
import { additionsFor, imageSteps } from './images.ts'
import { leftovers, volumesLeft } from './leftovers.ts'
import { lockDown, unlock } from './locked-down.ts'
import type { ClusterOptions, ValueSet } from './options.ts'
import { podMemory } from './pod-memory.ts'
import { proofs } from './proofs.ts'

/** Longer than Helm's own deadline, which tells more. */
const HELM_MS = 330_000
const CLEAN_MS = 60_000

/** All that `bun run cluster` does, in this order. `kinds` are those that the cluster knows. */
export const clusterSteps = (
  options: ClusterOptions,
  run: RunCommand,
  kinds: ReadonlySet<string>,
  figures: Figures,
): Step[] =>
  options.uninstall
    ? // Whatever an earlier run had installed: what is not there is passed over.
      [...uninstall('uninstall', run), ...unlock(run), namespacesGone('uninstall', run)]
    : [
        ...imageSteps(options, run),
        ...options.valueSets.flatMap((set) => trial(set, options, run, kinds, figures)),
      ]

/** Installs one set of values, tries what was installed, and uninstalls it. */
const trial = (
  set: ValueSet,
  options: ClusterOptions,
  run: RunCommand,
  kinds: ReadonlySet<string>,
  figures: Figures,
): Step[] => {
  const command = commandStep(set, run)
  const additions = additionsFor(options, set, kinds)
  const { url } = options
  return [
    command(createNamespaces),
    ...(set === 'locked-down' ? lockDown(run, options) : []),
    ...installCommands(set, additions).map(command),
    ...testCommands.map(command),
    { title: `${set}: newman`, run: () => newman(url) },
    ...(options.prove && url !== undefined
      ? proofs({
          run,
          url,
          valueSet: set,
          additions,
          record: (name, result) => figures.proofs.push({ valueSet: set, name, ...result }),
        })
      : []),
    {
      title: `${set}: memory of the pods`,
      run: async () => {
        const memory = await podMemory(run)
        Object.assign(figures.memory, memory)
        return `${Object.values(memory).reduce((sum, each) => sum + each, 0)} MiB in all`
      },
    },
    ...(options.keep
      ? []
      : [
          ...uninstall(set, run),
          ...(set === 'locked-down' ? unlock(run) : []),
          nothingLeft(set, run),
          namespacesGone(set, run),
        ]),
  ]
}

const commandStep =
  (label: string, run: RunCommand) =>
  ({ title, words }: Command): Step => ({
    title: `${label}: ${title}`,
    run: async () => {
      await run(words, { deadlineMs: HELM_MS })
      return shown(words)
    },
  })

const newman = async (url: string | undefined): Promise<string> => {
  const entry = url === undefined ? await openForwards() : { url, close: async () => {} }
  try {
    const { requests, assertions, failures } = await runContract({ url: entry.url, silent: true })
    if (failures.length > 0) throw new Error(failures.join('\n'))
    return `${requests} requests, ${assertions} assertions, 0 failed`
  } finally {
    await entry.close()
  }
}

const uninstall = (label: string, run: RunCommand): Step[] =>
  uninstallCommands.map(unlessGone).map(commandStep(label, run))

/** Before the namespaces go, and anything in them with them. */
const nothingLeft = (set: ValueSet, run: RunCommand): Step => ({
  title: `${set}: nothing left`,
  run: async () => {
    // A volume goes a moment after its claim.
    const deadline = performance.now() + CLEAN_MS
    for (;;) {
      const left = [...(await leftovers(run)), ...(await volumesLeft(run))]
      if (left.length === 0) return 'no object, no volume'
      if (performance.now() > deadline) throw new Error(`left behind:\n${left.join('\n')}`)
      await pause(1_000)
    }
  },
})

const namespacesGone = (label: string, run: RunCommand): Step =>
  commandStep(label, run)(unlessGone(deleteNamespaces))

/** A run that failed may have left only some of it. */
const unlessGone = ({ title, words }: Command): Command => ({
  title,
  words: [...words, '--ignore-not-found'],
})
