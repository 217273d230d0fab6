import { join } from 'node:path'
import { layout } from '../../deploy/local/folder.ts'
import { readState, type State } from '../../deploy/local/state.ts'
import { temporaryFolder } from './temporary-folder.ts'

const LOCAL = join(import.meta.dir, '../../deploy/local')
/** Words for `up` that keep it out of the way of a system that somebody works with. */
export const FREE = ['--ports', 'free']

type Command = 'up' | 'down' | 'status'
type Result = { code: number; output: string; errors: string }

export type LocalCommands = {
  begin: (
    name: Command,
    words: string[],
    environment?: Record<string, string>,
  ) => Bun.Subprocess<'ignore', 'pipe', 'pipe'>
  command: (
    name: Command,
    words?: string[],
    environment?: Record<string, string>,
  ) => Promise<Result>
  state: () => State | undefined
  close: () => Promise<void>
}

/** The commands that people type, each as a process, in a folder of its own. */
export const openFolder = async (): Promise<LocalCommands> => {
  const folder = await temporaryFolder()
  const begin: LocalCommands['begin'] = (name, words, environment = {}) =>
    Bun.spawn([process.execPath, join(LOCAL, `${name}.ts`), '--folder', folder.path, ...words], {
      env: {
        ...process.env,
        KAFKA_BROKERS: undefined,
        DATABASE_URL: undefined,
        PORT: undefined,
        ...environment,
      },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
  const command: LocalCommands['command'] = async (name, words = [], environment = {}) => {
    const child = begin(name, words, environment)
    const [output, errors, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ])
    return { code, output, errors }
  }
  const close = async () => {
    await command('down')
    await folder.remove()
  }
  return { begin, command, state: () => readState(layout(folder.path).state), close }
}
