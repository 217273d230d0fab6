import type { RunCommand } from '../run-command.ts'
import { DATABASE_NAMESPACE, NAMESPACES } from './names.ts'

export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** Throws unless the current context of KUBECONFIG is the one that was named. */
export const refuseOtherContext = async (context: string, run: RunCommand): Promise<void> => {
  const current = (await run(['kubectl', 'config', 'current-context'])).trim()
  if (current === context) return
  throw new RefusedError(
    `the current context is ${current}, not ${context}: nothing was done. ` +
      'Name the cluster that KUBECONFIG points to with --context.',
  )
}

/** Throws when one of our namespaces is there: it has something in it, and we would remove that. */
export const refuseTakenNamespaces = async (run: RunCommand): Promise<void> => {
  const taken = await namespacesThere(run)
  if (taken.length === 0) return
  throw new RefusedError(
    `the cluster has these namespaces already: ${taken.map(({ name }) => name).join(', ')}; ` +
      'nothing was done. Uninstall what is in them first (--uninstall, if it was this command’s).',
  )
}

/** Throws when one of our namespaces was not made by us, as its label tells. */
export const refuseForeignNamespaces = async (run: RunCommand): Promise<void> => {
  const foreign = (await namespacesThere(run)).filter(({ isOurs }) => !isOurs)
  if (foreign.length === 0) return
  throw new RefusedError(
    `not made by this command, and so not removed: ${foreign.map(({ name }) => name).join(', ')}`,
  )
}

/** All that a trial may make, and so remove. */
const TRIAL_NAMESPACES = new Set<string>([...NAMESPACES, DATABASE_NAMESPACE])

const namespacesThere = async (run: RunCommand): Promise<{ name: string; isOurs: boolean }[]> => {
  const columns = 'NAME:.metadata.name,OF:.metadata.labels.app\\.kubernetes\\.io/part-of'
  const words = [
    'kubectl',
    'get',
    'namespaces',
    '--no-headers',
    `--output=custom-columns=${columns}`,
  ]
  const lines = (await run(words)).trim().split('\n')
  return lines
    .map((line) => line.split(/\s+/))
    .map(([name = '', of]) => ({ name, isOurs: of === 'exactly-once' }))
    .filter(({ name }) => TRIAL_NAMESPACES.has(name))
}
