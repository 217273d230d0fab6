import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { SERVICES } from '../../deploy/local/services.ts'

const ROOT = join(import.meta.dir, '../..')

const run = async (name: string, environment: Record<string, string>) => {
  const child = Bun.spawn([process.execPath, join(ROOT, name, 'main.ts')], {
    cwd: ROOT,
    stdout: 'pipe',
    stderr: 'pipe',
    env: { PATH: process.env['PATH'], ...environment },
    timeout: 60_000,
  })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { output, errors, code }
}

test.each(SERVICES.map(({ name }) => name))(
  '%s does not start in production with what is in everybody’s repository',
  async (name) => {
    expect(
      await run(name, {
        NODE_ENV: 'production',
        KAFKA_SASL: 'plain',
        KAFKA_PASSWORD: 'changeme',
        KAFKA_USERNAME_FILE: '/none',
      }),
    ).toEqual({
      code: 78,
      output: '',
      errors: `the environment is not usable:
  KAFKA_USERNAME: its file, KAFKA_USERNAME_FILE, cannot be read (ENOENT)
  DATABASE_URL: has a default or short password, which NODE_ENV=production refuses
  KAFKA_PASSWORD: has a default or short password, which NODE_ENV=production refuses
`,
    })
  },
)
