import { expect, test } from 'bun:test'
import packageJson from '../package.json'
import { SERVICES } from './local/services.ts'
import { RUNTIME } from './runtime.ts'

const variables = Object.entries(RUNTIME).map(([name, value]) => `${name}=${value}`)

test.each(SERVICES.map(({ name }) => name))('bun run %s starts Bun as `up` does', (name) => {
  expect(packageJson.scripts[name]).toBe(`${variables.join(' ')} bun ${name}/main.ts`)
})

test('the images start Bun as `up` does', async () => {
  const dockerfile = await Bun.file(`${import.meta.dir}/Dockerfile`).text()
  const runtime = dockerfile.slice(dockerfile.indexOf(' AS runtime'))
  expect(variables.filter((variable) => !runtime.includes(`ENV ${variable}\n`))).toEqual([])
})
