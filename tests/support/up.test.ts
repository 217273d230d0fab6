import { afterAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { freePort } from '../../deploy/local/ports.ts'
import type { State } from '../../deploy/local/state.ts'
import { FREE, type LocalCommands, openFolder as openCommands } from './local-commands.ts'
import { until } from './until.ts'

/** The commands that people type, each as a process, in a folder of its own per test. */

const TIME_MS = 180_000

const openFolder = async (): Promise<LocalCommands> => {
  const commands = await openCommands()
  closing.push(commands.close)
  return commands
}

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
}, TIME_MS)

const pidsOf = (state: State | undefined) => (state?.parts ?? []).flatMap(({ pid }) => pid ?? [])
const isGone = (pid: number) => !existsSync(`/proc/${pid}`)

const account = (state: State | undefined, call: string, options?: RequestInit) =>
  fetch(`${state?.url}/billing-service/account/${call}`, {
    ...options,
    headers: { 'content-type': 'application/json' },
  })

test(
  'a system lives in the background, survives the death of up, and ends',
  async () => {
    const { command, state } = await openFolder()

    const first = await command('up', ['--detach', ...FREE])
    expect(first.code).toBe(0)
    expect(first.output).toContain(`gateway            ${state()?.url}`)
    const created = await account(state(), 'create', { method: 'POST', body: '{"account":"1"}' })
    expect(created.status).toBe(201)

    const status = await command('status', ['--json'])
    expect(status.code).toBe(0)
    expect(JSON.parse(status.output)).toMatchObject({ ready: true, phase: 'ready' })

    const second = await command('up')
    expect(second.code).toBe(0)
    expect(second.output).toContain('already running')
    expect(second.output).toContain(state()?.url ?? 'an address')

    const running = pidsOf(state())
    expect(running).toHaveLength(6)
    process.kill(state()?.up.pid ?? 0, 'SIGKILL')
    await until(() => running.every(isGone), { what: 'all parts to end with up' })
    expect((await command('status')).code).toBe(1)

    expect((await command('up', ['--detach', ...FREE])).code).toBe(0)
    expect((await account(state(), '1')).status).toBe(200)

    const again = pidsOf(state())
    expect(await command('down')).toMatchObject({ code: 0, errors: '' })
    await until(() => again.every(isGone), { what: 'all parts to end' })
    expect((await command('status')).code).toBe(1)
  },
  TIME_MS,
)

test(
  'a start can be interrupted',
  async () => {
    const { begin, state } = await openFolder()
    const child = begin('up', FREE)
    await until(() => state()?.phase === 'starting', { what: 'the start' })
    child.kill('SIGINT')
    expect(await child.exited).toBe(130)
    expect(state()?.phase).toBe('stopped')
  },
  TIME_MS,
)

test('a taken port is named, with who has it', async () => {
  const { command } = await openFolder()
  const port = await freePort()
  const server = Bun.serve({ port, hostname: '127.0.0.1', fetch: () => new Response() })
  const { code, errors } = await command('up', FREE, { PORT: String(port) })
  await server.stop(true)
  expect(code).toBe(1)
  expect(errors).toContain(`port ${port} is taken by process ${process.pid}`)
})

test.each([
  ['up', ['--nope']],
  ['down', ['--json']],
  ['status', ['now']],
] as const)('%s %p is not understood', async (name, words) => {
  const { command } = await openFolder()
  const { code, errors } = await command(name, [...words])
  expect(code).toBe(2)
  expect(errors).toContain(words[0])
})

test('down without a system is content', async () => {
  const { command } = await openFolder()
  expect(await command('down')).toMatchObject({ code: 0, output: 'Nothing is running.\n' })
})
