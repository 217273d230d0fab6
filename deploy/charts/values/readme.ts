import { join } from 'node:path'
import { CHARTS } from './files.ts'

const deploy = join(import.meta.dir, '../..')

/**
 * The README of every chart, made by helm-docs from its values: path below deploy/, and text.
 * `program` is where helm-docs is.
 */
export const readmes = (program: string): Promise<{ path: string; text: string }[]> =>
  Promise.all(
    Object.keys(CHARTS).map(async (chart) => ({
      path: `${chart}/README.md`,
      text: await readmeOf(program, chart),
    })),
  )

const readmeOf = async (program: string, chart: string): Promise<string> => {
  const words = ['--chart-search-root', '.', '--chart-to-generate', chart, '--dry-run']
  const style = ['--template-files', './charts/README.md.gotmpl', '--sort-values-order', 'file']
  const child = Bun.spawn([program, ...words, ...style, '--log-level', 'error'], {
    cwd: deploy,
    stdout: 'pipe',
    stderr: 'inherit',
    timeout: 30_000,
  })
  const text = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`helm-docs failed for ${chart}`)
  return text
}
