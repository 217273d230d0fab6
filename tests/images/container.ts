import type { Target } from '../../deploy/images/names.ts'
import { rig } from './rig.ts'

export type ContainerOptions = {
  target: Target
  /** What Bun runs instead of the image's own command, e.g. `['/app/migrate.js']`. */
  command?: readonly string[]
  environment: Record<string, string>
  /** Files of this machine that it sees at the same place, and only reads. */
  files?: readonly string[]
}

export type Container = {
  /** With the exit code of the process in it. */
  exited: Promise<number>
  /** All that it wrote so far. */
  output: () => string
  /** SIGTERM, and after `deadlineS` SIGKILL; resolves when it is gone. */
  stop: (deadlineS: number) => Promise<void>
}

/** What the charts ask for, as an engine says it. */
const HARDENED = [
  '--read-only',
  '--tmpfs=/tmp:rw,size=64m',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--user=10001:10001',
]

/** Runs an image as the charts do: nothing may be written but /tmp, and nothing gained. */
export const runContainer = async ({
  target,
  command = [],
  environment,
  files = [],
}: ContainerOptions): Promise<Container> => {
  const { engine, runWords, label, images } = rig()
  const image = (await images()).get(target)
  if (image === undefined) throw new Error(`${target} was not built`)
  const name = `exactly-once-${target}-${crypto.randomUUID()}`
  const own = ['--rm', `--name=${name}`, `--label=${label}`, '--network=host', ...HARDENED]
  // By name only: command lines can be read by everyone on the machine.
  const handed = Object.keys(environment).map((variable) => `--env=${variable}`)
  const mounted = files.map((file) => `--volume=${file}:${file}:ro`)
  const options = [...own, ...handed, ...mounted]
  const child = Bun.spawn([engine.name, ...runWords, ...options, image, ...command], {
    env: { ...process.env, ...environment },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let output = ''
  const listen = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const bytes of stream) output += decoder.decode(bytes, { stream: true })
  }
  const heard = Promise.all([listen(child.stdout), listen(child.stderr)])
  return {
    exited: child.exited.then(async (code) => {
      await heard
      return code
    }),
    output: () => output,
    stop: async (deadlineS) => {
      await engine.run(['stop', '--time', String(deadlineS), name])
      await child.exited
    },
  }
}
