import { type RunCommand, runCommandLine } from '../run-command.ts'
import { bring } from '../tools/bring.ts'
import { RefusedError } from './guard.ts'
import { ROOT } from './names.ts'

/**
 * Runs commands in the folder of the project, where the README's lines are right. kubectl has to
 * be there; a Helm that is not is built once, from its module.
 */
export const openPrograms = async (): Promise<RunCommand> => {
  if (Bun.which('kubectl') === null) throw new RefusedError('kubectl is not installed')
  const helm = Bun.which('helm') ?? (await built())
  return ([program = '', ...rest], options) =>
    runCommandLine([program === 'helm' ? helm : program, ...rest], { folder: ROOT, ...options })
}

const built = async (): Promise<string> => {
  const brought = await bring('helm4')
  if ('path' in brought) return brought.path
  throw new RefusedError(`helm is not installed: ${brought.reason}`)
}
