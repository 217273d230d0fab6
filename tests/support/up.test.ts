import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { layout } from '../../deploy/local/folder.ts'
import { freePort } from '../../deploy/local/ports.ts'
import { readState } from '../../deploy/local/state.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** The commands that people type, as processes. The tests of this file build on one another. */

const TIME_MS = 120_000
const LOCAL = join(import.meta.dir, '../../deploy/local')
let folder: TemporaryFolder

beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(async () => {
  await command('down')
  await folder.remove()
}, TIME_MS)

type Result = { code: number; output: string; errors: string }

const begin = (name: 'up' | 'down' | 'status', words: string[], port?: number) =>
  Bun.spawn([process.execPath, join(LOCAL, `${name}.ts`), '--folder', folder.path, ...words], {
    env: {
      ...process.env,
      KAFKA_BROKERS: undefined,
      DATABASE_URL: undefined,
      PORT: port?.toString(),
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })

const command = async (
  name: 'up' | 'down' | 'status',
  words: string[] = [],
  port?: number,
): Promise<Result> => {
  const child = begin(name, words, port)
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, output, errors }
}

const state = () => readState(layout(folder.path).state)
const pids = () => (state()?.parts ?? []).flatMap(({ pid }) => pid ?? [])
const isGone = (pid: number) => !existsSync(`/proc/${pid}`)
const account = (call: string, options?: RequestInit) =>
  fetch(`${state()?.url}/billing-service/account/${call}`, {
    ...options,
    headers: { 'content-type': 'application/json' },
  })

const inOrder = test.serial

inOrder(
  'up --detach returns when all is ready, with its addresses',
  async () => {
    const { code, output } = await command('up', ['--detach', '--ports', 'free'])
    expect(code).toBe(0)
    expect(output).toContain(`gateway            ${state()?.url}`)
    const created = await account('create', { method: 'POST', body: '{"account":"1"}' })
    expect(created.status).toBe(201)
  },
  TIME_MS,
)
inOrder('status says that every part is ready', async () => {
  const { code, output } = await command('status', ['--json'])
  expect(code).toBe(0)
  expect(JSON.parse(output)).toMatchObject({ ready: true, phase: 'ready' })
})
inOrder('a second up says that it is running already', async () => {
  const { code, output } = await command('up')
  expect(code).toBe(0)
  expect(output).toContain('already running')
  expect(output).toContain(state()?.url ?? 'an address')
})
inOrder(
  'nothing stays behind when up is killed',
  async () => {
    const running = pids()
    expect(running).toHaveLength(6)
    process.kill(state()?.up.pid ?? 0, 'SIGKILL')
    await until(() => running.every(isGone), { what: 'all parts to end' })
    expect((await command('status')).code).toBe(1)
  },
  TIME_MS,
)
inOrder(
  'the next up finds what was stored; down stops it',
  async () => {
    expect((await command('up', ['--detach', '--ports', 'free'])).code).toBe(0)
    expect((await account('1')).status).toBe(200)
    const running = pids()
    expect(await command('down')).toMatchObject({ code: 0, errors: '' })
    await until(() => running.every(isGone), { what: 'all parts to end' })
    expect((await command('status')).code).toBe(1)
  },
  TIME_MS,
)
inOrder(
  'a start can be interrupted',
  async () => {
    const child = begin('up', ['--ports', 'free'])
    await until(() => state()?.phase === 'starting', { what: 'the start' })
    child.kill('SIGINT')
    expect(await child.exited).toBe(130)
    expect(state()?.phase).toBe('stopped')
  },
  TIME_MS,
)
inOrder('a taken port is named, with who has it', async () => {
  const port = await freePort()
  const server = Bun.serve({ port, hostname: '127.0.0.1', fetch: () => new Response() })
  const { code, errors } = await command('up', ['--ports', 'free'], port)
  await server.stop(true)
  expect(code).toBe(1)
  expect(errors).toContain(`port ${port} is taken by process ${process.pid}`)
})
inOrder('what it does not understand changes nothing', async () => {
  expect((await command('up', ['--nope'])).code).toBe(2)
  expect((await command('down', ['--json'])).code).toBe(2)
  expect((await command('status', ['now'])).code).toBe(2)
})
inOrder('down without a system is content', async () => {
  expect(await command('down')).toMatchObject({ code: 0, output: 'Nothing is running.\n' })
})
