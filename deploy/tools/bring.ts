import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, fillOnce } from '../local/cache.ts'
import { go, goProblem } from './go.ts'
import { fits, GO_TOOLS, type ToolName } from './go-tools.ts'

/** Where a tool is, or why it cannot be had on this machine: the caller says that aloud. */
export type Brought = { path: string } | { reason: string }

/**
 * A tool to run: the user's own when its version fits, else one built from its module, once per
 * user (Helm takes one to six minutes). Never throws: without Go or a module proxy one goes on without.
 */
export const bring = async (name: ToolName): Promise<Brought> => {
  const { program, module, folder, version } = GO_TOOLS[name]
  const target = cacheFolder(`${name}-${version}`)
  const path = join(target, program)
  if (existsSync(path)) return { path }
  const own = Bun.which(program)
  if (own !== null && fits(name, await ownVersion(own))) return { path: own }
  const problem = goProblem()
  if (problem !== undefined) return { reason: `${name} ${version} is not there and ${problem}` }
  try {
    await fillOnce(target, async (temporary) => {
      const source = `${module}/${folder}@${version}`
      await go(['install', '-ldflags', '-s -w', source], { GOBIN: temporary })
    })
    return { path }
  } catch (error) {
    return { reason: `${name} ${version} could not be built: ${String(error)}` }
  }
}

/** Helm has a subcommand for it, kubeconform and helm-docs a flag. */
const ownVersion = async (path: string): Promise<string> => {
  for (const words of [['version', '--short'], ['-v'], ['--version']]) {
    const child = Bun.spawn([path, ...words], { stdout: 'pipe', stderr: 'ignore', timeout: 5_000 })
    const said = await new Response(child.stdout).text()
    if ((await child.exited) === 0 && /\d\.\d/.test(said)) return said
  }
  return ''
}
