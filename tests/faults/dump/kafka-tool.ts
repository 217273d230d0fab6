import { join } from 'node:path'
import { dyingWithParent } from '../../../deploy/local/child.ts'
import { fromArchive } from '../../../deploy/local/kafka-classes.ts'
import { kafkaJars } from '../../../deploy/local/kafka-jars.ts'
import { linesOf } from './json-lines.ts'

export type Tool = {
  main: string
  words: readonly string[]
  folder?: string
  /** Every line that it prints, as it comes. One byte is one character (latin-1). */
  onLine: (line: string) => void
  /** Ends it in good order, as Ctrl-C would. */
  signal?: AbortSignal
  /** It is stuck when it prints nothing for so long; how long all of it takes is up to the log. */
  stalledMs: number
}

/** Interrupted by a signal, as a process of the JVM says it. */
const INTERRUPTED = 128 + 15
const LOOK_MS = 500

/**
 * Runs a command-line tool of the broker to its end and answers what it said on the side. Throws
 * when it fails or is stuck.
 */
export const runKafkaTool = async (tool: Tool): Promise<string> => {
  const child = Bun.spawn([...dyingWithParent('KILL'), ...(await commandOf(tool))], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    ...(tool.folder && { cwd: tool.folder }),
  })
  const stop = () => child.kill('SIGTERM')
  tool.signal?.addEventListener('abort', stop)
  let isStuck = false
  let printedAt = performance.now()
  const timer = setInterval(() => {
    if (performance.now() - printedAt < tool.stalledMs) return
    isStuck = true
    child.kill('SIGKILL')
  }, LOOK_MS)
  try {
    const errors = new Response(child.stderr).text()
    for await (const line of linesOf(child.stdout, 'latin1')) {
      printedAt = performance.now()
      tool.onLine(line)
    }
    const code = await child.exited
    if (isStuck) throw new Error(`${tool.main} printed nothing for ${tool.stalledMs} ms`)
    const isStopped = code === INTERRUPTED && tool.signal?.aborted === true
    if (code !== 0 && !isStopped) throw new Error(`${tool.main} failed (${code}): ${await errors}`)
    return await errors
  } finally {
    clearInterval(timer)
    tool.signal?.removeEventListener('abort', stop)
  }
}

/** A small heap and the first compiler only: several of these run beside one another. */
const commandOf = async ({ main, words }: Tool): Promise<string[]> => [
  'java',
  ...fromArchive(),
  '-Xmx160m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  `-Dlog4j2.configurationFile=${join(import.meta.dir, 'tools.properties')}`,
  '-cp',
  join(await kafkaJars(), '*'),
  main,
  ...words,
]
