import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { Glob } from 'bun'
import { configurationTable } from '../deploy/configuration.ts'

/** The house rules that no linter knows. */

const root = join(import.meta.dir, '..')
const files = [
  ...new Glob('{order,billing,notification,shared,deploy,tests}/**/*.ts').scanSync(root),
].toSorted()
const source = new Map(
  await Promise.all(
    files.map(async (file) => [file, await Bun.file(join(root, file)).text()] as const),
  ),
)
const textOf = (file: string): string => source.get(file) ?? ''

/** Bun's import scanner drops `import type`, and a type from another service is a coupling too. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:^|\s)(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, path = '']) =>
    path.startsWith('.') ? normalize(join(dirname(file), path)) : path,
  )

const violations = (rule: (file: string, target: string) => boolean): string[] =>
  files.flatMap((file) =>
    importsOf(file)
      .filter((target) => rule(file, target))
      .map((target) => `${file} -> ${target}`),
  )

/** All but this file, which names what it forbids. */
const others = files.filter((file) => file !== 'tests/tidy.test.ts')

const serviceOf = (path: string): string | undefined =>
  path.match(/^(order|billing|notification)\//)?.[1]
const isTest = (file: string): boolean => file.endsWith('.test.ts')
const isDomain = (file: string): boolean => file.includes('/domain/')

describe('imports', () => {
  test('services never import one another', () => {
    expect(
      violations((file, target) => {
        const [from, to] = [serviceOf(file), serviceOf(target)]
        return from !== undefined && to !== undefined && from !== to
      }),
    ).toEqual([])
  })
  test('shared imports no service', () => {
    expect(
      violations((file, target) => file.startsWith('shared/') && serviceOf(target) !== undefined),
    ).toEqual([])
  })
  test('only deploy and tests import deploy and tests', () => {
    const isOuter = (path: string) => /^(deploy|tests)\//.test(path)
    expect(
      violations((file, target) => isOuter(target) && !isOuter(file) && !isTest(file)),
    ).toEqual([])
  })
  test('domain imports nothing but itself and shared/assert', () => {
    const isPure = (file: string, target: string) =>
      target === 'shared/assert.ts' ||
      dirname(target) === dirname(file) ||
      (isTest(file) && (target === 'bun:test' || target === 'fast-check'))
    expect(violations((file, target) => isDomain(file) && !isPure(file, target))).toEqual([])
  })
  test('nothing imports a main', () => {
    expect(violations((_file, target) => target.endsWith('/main.ts'))).toEqual([])
  })
  test('every file is used', () => {
    const used = new Set(files.flatMap(importsOf))
    const isEntry = (file: string) =>
      isTest(file) ||
      file.endsWith('.d.ts') ||
      file.endsWith('/tables.ts') ||
      Object.values(packageJson.scripts).some((script) => script.includes(file)) ||
      dockerfile.includes(`"${file}"`) ||
      files.some((other) => other !== file && textOf(other).includes(file.split('/').at(-1) ?? ''))
    expect(files.filter((file) => !used.has(file) && !isEntry(file))).toEqual([])
  })
})

describe('purity', () => {
  test('domain reads no clock, no chance, no environment, and never waits', () => {
    const impure =
      /\b(Date\.|new Date|performance\.|Math\.random|crypto|process\.|Bun\.|async |await )/
    expect(files.filter((file) => isDomain(file) && impure.test(textOf(file)))).toEqual([])
  })
  test('shared has no word of the business', () => {
    const words = /\b(invoice|payment|deposit|balance|bank|customer|notification)s?\b/i
    expect(
      files.filter(
        (file) => file.startsWith('shared/') && !isTest(file) && words.test(textOf(file)),
      ),
    ).toEqual([])
  })
  test('money is never a float: no parseFloat, no toFixed, no Math on amounts', () => {
    const float = /\b(parseFloat|toFixed|Math\.\w+\([^)]*(amount|balance|minor))/
    expect(files.filter((file) => !file.startsWith('tests/') && float.test(textOf(file)))).toEqual(
      [],
    )
  })
})

describe('files', () => {
  test('no file is longer than 300 lines', () => {
    expect(files.filter((file) => textOf(file).split('\n').length > 301)).toEqual([])
  })
  test('there are no barrels', () => {
    expect(files.filter((file) => file.endsWith('/index.ts'))).toEqual([])
  })
  test('nothing is left over', () => {
    const leftover = /\b(FIXME|TODO|XXX)\b|\.only\(|\.skip\(/
    expect(others.filter((file) => leftover.test(textOf(file)))).toEqual([])
  })
  test('a suppression says why', () => {
    const silent = /(oxlint-disable|@ts-expect-error|biome-ignore)(?!.*( -- |: ).{10})/
    expect(others.filter((file) => silent.test(textOf(file)))).toEqual([])
  })
  test('tests wait on conditions, not for a time', () => {
    const sleep = /await (Bun\.sleep|setTimeout)\(/
    expect(others.filter((file) => isTest(file) && sleep.test(textOf(file)))).toEqual([])
  })
})

describe('topics', () => {
  test('each is named once as its writer’s, and by its readers in their intake', () => {
    const names = ['bankTransaction', 'bankBalance', 'processedTransaction']
    for (const name of names) {
      const places = files.filter(
        (file) => !file.startsWith('tests/') && textOf(file).includes(`'${name}'`),
      )
      expect(places).toEqual(['billing/events.ts'])
    }
  })
})

describe('the README', () => {
  test('has the configuration table that the schemas make', async () => {
    const readme = await Bun.file(join(root, 'README.md')).text()
    expect(readme).toContain(configurationTable())
  })
  test('names only files and commands that exist', async () => {
    const readme = await Bun.file(join(root, 'README.md')).text()
    const links = [...readme.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(
      ([, to = '']) => to,
    )
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([])
    const commands = [...readme.matchAll(/bun run ([a-z][a-z:-]*)/g)].map(([, name = '']) => name)
    expect([...new Set(commands)].filter((name) => !(name in packageJson.scripts))).toEqual([])
  })
})

const dockerfile = await Bun.file(join(root, 'deploy/Dockerfile')).text()
const packageJson = (await Bun.file(join(root, 'package.json')).json()) as {
  scripts: Record<string, string>
}
