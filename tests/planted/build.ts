import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bug, Edit } from './bug.ts'

const ROOT = join(import.meta.dir, '../..')
/** What the services are made of, … */
const PRODUCT = ['order', 'billing', 'notification', 'shared']
/** … what runs and judges them beside that, … */
const HARNESS = [
  'tests/simulation',
  'tests/faults',
  'tests/support',
  'package.json',
  'tsconfig.json',
  'bunfig.toml',
]
/** … and the part of it that must not believe what it judges. */
const JUDGES = ['tests/faults/check', 'tests/faults/dump']

/**
 * Copies the sources into an empty folder, with a bug in them: a test build, in which services
 * and simulation run as they would in the project. Who judges there asks a second copy of the
 * rules, without the bug. Throws when the sources are not the expected.
 */
export const buildWith = async (bug: Pick<Bug, 'edits'>, folder: string): Promise<void> => {
  const copy = (part: string, to: string) =>
    cp(join(ROOT, part), join(folder, to), { recursive: true })
  for (const part of [...PRODUCT, ...HARNESS]) await copy(part, part)
  for (const part of PRODUCT) await copy(part, join('sound', part))
  for (const part of JUDGES) await askTheSound(join(folder, part))
  await linkPackages(bug.edits, folder)
  for (const [file, edits] of Map.groupBy(bug.edits, (edit) => edit.file)) {
    const path = join(folder, file)
    await writeFile(path, edited(await readFile(path, 'utf8'), edits))
  }
}

const askTheSound = async (folder: string): Promise<void> => {
  const product = new RegExp(`'\\.\\./\\.\\./\\.\\./(${PRODUCT.join('|')})/`, 'g')
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.ts')) continue
    const path = join(folder, name)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replaceAll(product, "'../../../sound/$1/"))
  }
}

/** The text with all edits made; each has to find its place exactly once. */
export const edited = (text: string, edits: readonly Edit[]): string =>
  edits.reduce((before, { file, find, replace }) => {
    const found = before.split(find).length - 1
    if (found !== 1) throw new Error(`${file} has ${found} times: ${find}`)
    return before.replace(find, () => replace)
  }, text)

/** The installed packages as links; a package with an edit in it as a copy. */
const linkPackages = async (edits: readonly Edit[], folder: string): Promise<void> => {
  const copied = new Set(
    edits.flatMap(({ file }) => file.match(/^node_modules\/([^/]+)\//)?.[1] ?? []),
  )
  const [from, to] = [join(ROOT, 'node_modules'), join(folder, 'node_modules')]
  if (copied.size === 0) return symlink(from, to)
  await mkdir(to)
  for (const name of await readdir(from)) {
    if (copied.has(name)) await cp(join(from, name), join(to, name), { recursive: true })
    else await symlink(join(from, name), join(to, name))
  }
}

/** Where the text of a file stands that an edit names. */
export const sourceOf = (file: string): Promise<string> => readFile(join(ROOT, file), 'utf8')
