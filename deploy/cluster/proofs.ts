import { until } from '../../tests/support/until.ts'
import type { Note, Step } from '../local/steps.ts'
import type { RunCommand } from '../run-command.ts'
import { type Additions, upgradeCommand } from './commands.ts'
import { SERVICES, type Service } from './names.ts'
import type { ValueSet } from './options.ts'
import { type LoadResult, underLoad } from './under-load.ts'

export type ProofOptions = {
  run: RunCommand
  url: string
  valueSet: ValueSet
  additions: Additions
  /** Learns the figures of each proof. */
  record: (name: string, result: LoadResult) => void
}

/** What a cluster does to a service on an ordinary day, done under load. */
export const proofs = (options: ProofOptions): Step[] => [
  ...SERVICES.map((service) =>
    proof(options, `rolling upgrade of ${service}`, { mayFail: false }, () =>
      rollOut(options, service),
    ),
  ),
  ...SERVICES.map((service) =>
    proof(options, `a pod of ${service} killed`, { mayFail: true }, () =>
      killPod(options, service),
    ),
  ),
  proof(options, 'billing from 1 to 3 pods and back', { mayFail: true }, () => scale(options)),
]

const DEADLINE_MS = 300_000

/** Whatever happens, what was accepted must be done once; requests may fail only where said. */
const proof = (
  { url, record }: ProofOptions,
  name: string,
  { mayFail }: { mayFail: boolean },
  work: () => Promise<void>,
): Step => ({
  title: name,
  run: async (note: Note) => {
    note('under load')
    const result = await underLoad(url, work)
    record(name, result)
    const failures = Object.entries(result.failed).map(([what, count]) => `${count} × ${what}`)
    const said = [
      `${result.requests} requests`,
      failures.length === 0 ? 'none failed' : `failed: ${failures.join(', ')}`,
      `${result.accepted} orders accepted, ${result.violations} lost or wrong`,
    ].join('; ')
    if (result.violations > 0 || result.accepted === 0 || (failures.length > 0 && !mayFail)) {
      throw new Error(`${name}: ${said}`)
    }
    return said
  },
})

const rollOut = async ({ run, valueSet, additions }: ProofOptions, service: Service) => {
  const { words } = upgradeCommand(service, valueSet, additions)
  // A changed annotation makes new pods of the same image.
  const annotation = `--set-string=podAnnotations.rolled=${crypto.randomUUID()}`
  await run([...words, annotation], { deadlineMs: DEADLINE_MS })
  await isRolledOut(run, service)
}

const killPod = async ({ run }: ProofOptions, service: Service) => {
  const [victim] = await podsOf(run, service)
  if (victim === undefined || victim.name === '') throw new Error(`${service} has no pod`)
  const words = ['kubectl', 'delete', 'pod', victim.name, '-n', service]
  await run([...words, '--grace-period=0', '--force'])
  await isRolledOut(run, service)
}

const scale = async ({ run }: ProofOptions) => {
  for (const replicas of [1, 3, 1]) {
    const words = `kubectl scale deployment/billing-service -n billing --replicas=${replicas}`
    await run(words.split(' '))
    await isRolledOut(run, 'billing')
    await until(async () => (await readyPods(run, 'billing')) === replicas, {
      what: `billing to have ${replicas} ready pods`,
      deadlineMs: DEADLINE_MS,
    })
  }
}

/** Until the new pods serve and the old ones are gone: what a pod does last belongs to it. */
const isRolledOut = async (run: RunCommand, service: Service): Promise<void> => {
  const words = `kubectl rollout status deployment/${service}-service -n ${service} --timeout=240s`
  await run(words.split(' '), { deadlineMs: DEADLINE_MS })
  await until(async () => !(await podsOf(run, service)).some(({ isGoing }) => isGoing), {
    what: `the old pods of ${service} to be gone`,
    deadlineMs: DEADLINE_MS,
  })
}

const podsOf = async (run: RunCommand, service: Service) => {
  const columns = '--output=custom-columns=NAME:.metadata.name,GOING:.metadata.deletionTimestamp'
  const selector = `app.kubernetes.io/name=${service}-service,app.kubernetes.io/component=service`
  const words = ['kubectl', 'get', 'pods', '-n', service, '-l', selector, '--no-headers', columns]
  return (await run(words))
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
    .map(([name = '', going]) => ({ name, isGoing: going !== '<none>' }))
}

const readyPods = async (run: RunCommand, service: Service): Promise<number> => {
  const path = '--output=jsonpath={.status.readyReplicas}'
  return Number(await run(['kubectl', 'get', `deployment/${service}-service`, '-n', service, path]))
}
