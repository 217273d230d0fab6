import type { RunCommand } from '../run-command.ts'

/** The kinds of objects that the cluster knows, those of its operators included. */
export const knownKinds = async (run: RunCommand): Promise<ReadonlySet<string>> => {
  const lines = (await run(['kubectl', 'api-resources', '--no-headers'])).trim().split('\n')
  return new Set(lines.map((line) => line.trim().split(/\s+/).at(-1) ?? ''))
}
