import type { RunCommand } from '../run-command.ts'
import { NAMESPACES } from './names.ts'

/** What somebody would ask first when an installation fails: pods, events, the last log lines. */
export const diagnosis = async (run: RunCommand): Promise<string> => {
  const parts = await Promise.all(
    NAMESPACES.map(async (namespace) => {
      const pods = await ask(run, ['kubectl', 'get', 'pods', '-n', namespace, '-o', 'wide'])
      const events = await ask(run, [
        'kubectl',
        'get',
        'events',
        '-n',
        namespace,
        '--field-selector=type!=Normal',
        '--sort-by=.lastTimestamp',
      ])
      const logs = await ask(run, [
        'kubectl',
        'logs',
        '-n',
        namespace,
        '--selector=app.kubernetes.io/part-of=exactly-once',
        '--all-containers',
        '--prefix',
        '--tail=8',
        '--ignore-errors',
      ])
      return `── ${namespace}\n${pods}\n${last(events, 12)}\n${last(logs, 40)}`
    }),
  )
  return parts.join('\n')
}

const ask = (run: RunCommand, words: readonly string[]): Promise<string> =>
  run(words).catch((error: unknown) => String(error))

const last = (text: string, lines: number): string =>
  text.trimEnd().split('\n').slice(-lines).join('\n')
