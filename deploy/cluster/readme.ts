import { shown } from '../run-command.ts'
import {
  type Command,
  createNamespaces,
  deleteNamespaces,
  installCommands,
  testCommands,
  uninstallCommands,
} from './commands.ts'

/** The commands of the README's three blocks, in which long ones go on in a second line. */
export const readmeBlocks = (): { install: string; test: string; uninstall: string } => ({
  install: block([createNamespaces, ...installCommands('minimal')]),
  test: block(testCommands),
  uninstall: block([...uninstallCommands, deleteNamespaces]),
})

const block = (commands: readonly Command[]): string =>
  commands
    .map(({ words }) => shown(words).replace(/ --(values|cascade) /, ' \\\n  --$1 '))
    .join('\n')

if (import.meta.main) {
  const { install, test, uninstall } = readmeBlocks()
  console.log(`${install}\n\n${test}\n\n${uninstall}`)
}
