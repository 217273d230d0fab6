import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'

/** Where `bun run up` and the charts serve the contract by default. */
const defaultUrl = 'http://localhost:8080'
const collection = new URL('contract.postman_collection.json', import.meta.url).pathname
const usage = 'usage: bun run newman [--url URL] [--folder NAME] [--junit FILE]'

export type ContractRun = {
  url: string
  /** The name of one folder of the collection; all of them when absent. */
  folder?: string
  /** Where to write a JUnit report. */
  junitFile?: string
  /** Without the lines of the run on standard output. */
  silent?: boolean
}

export type ContractResult = {
  requests: number
  assertions: number
  /** One sentence for each thing that went wrong; empty when the contract holds. */
  failures: string[]
}

/**
 * Runs the collection of the contract against a living system.
 * Throws when nothing answers there, when the folder is unknown and when the run does not end.
 */
export const runContract = async (run: ContractRun): Promise<ContractResult> => {
  await assertAnswers(run.url)
  const { stats, failures } = await runNewman(run)
  const result = {
    requests: stats.requests.total,
    assertions: stats.assertions.total,
    failures: failures.map(sentence),
  }
  // A run that checks nothing must not look like one that found nothing.
  if (result.assertions === 0) result.failures.push('no assertion was made')
  return result
}

const assertAnswers = async (url: string): Promise<void> => {
  const timeoutMs = 5_000
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    await response.body?.cancel()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `nothing answers at ${url} (${reason}). Start the system with \`bun run up\`, or name another address with --url.`,
      { cause: error },
    )
  }
}

const runNewman = ({ url, folder, junitFile, silent }: ContractRun): Promise<NewmanRun> =>
  new Promise((resolve, reject) => {
    const options = {
      collection,
      envVar: [{ key: 'baseUrl', value: url.replace(/\/+$/, '') }],
      reporters: [...(silent ? [] : ['cli']), ...(junitFile ? ['junit'] : [])],
      reporter: { junit: { export: junitFile } },
      color: process.stdout.isTTY ? 'on' : 'off',
      timeout: 300_000,
      timeoutRequest: 15_000,
      ...(folder === undefined ? {} : { folder }),
    }
    newman.run(options, (error, summary) => {
      if (error) reject(error)
      else resolve(summary.run)
    })
  })

const sentence = ({ source, error }: NewmanFailure): string =>
  `${source?.name ?? 'the collection'}: ${error.test ? `${error.test}: ` : ''}${error.message}`

/** What is used of newman, which ships no types. */
type Newman = {
  run: (
    options: Record<string, unknown>,
    done: (error: Error | null, summary: { run: NewmanRun }) => void,
  ) => void
}
type NewmanRun = {
  stats: { requests: { total: number }; assertions: { total: number } }
  failures: NewmanFailure[]
}
type NewmanFailure = { source?: { name?: string }; error: { test?: string; message: string } }

const newman: Newman = createRequire(import.meta.url)('newman')

const readOptions = (): ContractRun => {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: defaultUrl },
      folder: { type: 'string' },
      junit: { type: 'string' },
    },
  })
  if (!URL.canParse(values.url)) throw new Error(`not a URL: ${values.url}`)
  return {
    url: values.url,
    ...(values.folder === undefined ? {} : { folder: values.folder }),
    ...(values.junit === undefined ? {} : { junitFile: values.junit }),
  }
}

const main = async (): Promise<number> => {
  try {
    const { failures } = await runContract(readOptions())
    return failures.length === 0 ? 0 : 1
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    if (error instanceof TypeError) console.error(usage)
    return 1
  }
}

if (import.meta.main) process.exitCode = await main()
