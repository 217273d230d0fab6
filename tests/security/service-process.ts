import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dyingWithParent } from '../../deploy/local/child.ts'
import { freePort } from '../../deploy/local/ports.ts'
import type { ServiceName } from '../../deploy/local/services.ts'
import type { Line } from '../support/kept-log.ts'
import { until } from '../support/until.ts'

const ROOT = join(import.meta.dir, '../..')

export type ServiceProcess = {
  url: string
  lines: readonly Line[]
  /** The line with this message, as soon as it is there. */
  said: (message: string) => Promise<Line>
  status: (what: 'ready' | 'live') => Promise<number>
  ready: () => Promise<unknown>
  stop: () => Promise<number>
}

/** A service as it runs in a pod: everything it knows comes from these variables. */
export const startService = async (
  name: ServiceName,
  environment: Record<string, string>,
): Promise<ServiceProcess> => {
  const [port, opsPort] = [await freePort(), await freePort()]
  const child = Bun.spawn(
    [...dyingWithParent('KILL'), process.execPath, join(ROOT, name, 'main.ts')],
    {
      cwd: ROOT,
      stdout: 'pipe',
      stderr: 'inherit',
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        PORT: String(port),
        OPS_PORT: String(opsPort),
        ...environment,
      },
    },
  )
  const lines: Line[] = []
  void keepLines(child.stdout, lines)
  const status = async (what: string) => (await fetch(`http://127.0.0.1:${opsPort}/${what}`)).status
  return {
    url: `http://127.0.0.1:${port}`,
    lines,
    said: (message) =>
      until(() => lines.find(({ msg }) => msg === message), { what: message, deadlineMs: 30_000 }),
    status,
    ready: () =>
      until(async () => (await status('ready')) === 200, {
        what: `${name} to be ready, which said ${JSON.stringify(lines.at(-1))}`,
        deadlineMs: 60_000,
      }),
    async stop() {
      child.kill('SIGTERM')
      return await child.exited
    },
  }
}

const keepLines = async (output: ReadableStream<Uint8Array>, lines: Line[]): Promise<void> => {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const bytes of output) {
    const complete = `${rest}${decoder.decode(bytes, { stream: true })}`.split('\n')
    rest = complete.pop() ?? ''
    lines.push(...complete.map((line): Line => JSON.parse(line)))
  }
}

/** Secrets as Kubernetes mounts them: a file for each, with whatever an editor left at its end. */
export const mountedSecrets = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'exactly-once-secrets-'))
  return {
    write: async (name: string, content: string): Promise<string> => {
      const path = join(folder, name)
      await Bun.write(path, `${content}\n`)
      return path
    },
    remove: () => rm(folder, { recursive: true }),
  }
}
