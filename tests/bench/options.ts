import { parseArgs } from 'node:util'

export const usage = `usage: bun run bench [options]
  --url URL          everything through one gateway (default: the services that \`bun run up\` started)
  --folder DIR       of the system that was started (default: .local)
  --seconds N        length of each measurement (10); the paced one takes three times as long
  --connections N    requests at a time under full load (32)
  --rate N           orders per second in the paced measurement (20)
  --accounts N       accounts to spread the orders over (1000)
  --deadline N       seconds for the last outcome to arrive after the load (60)
  --out              also write the figures to tests/bench/results/, as JSON and a picture`

export type Options = {
  url: string | undefined
  folder: string
  seconds: number
  connections: number
  rate: number
  accounts: number
  deadlineSeconds: number
  out: boolean
}

/** Reads the command line. Throws with one sentence about what is wrong. */
export const readOptions = (args: string[]): Options => {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      folder: { type: 'string', default: new URL('../../.local', import.meta.url).pathname },
      seconds: { type: 'string', default: '10' },
      connections: { type: 'string', default: '32' },
      rate: { type: 'string', default: '20' },
      accounts: { type: 'string', default: '1000' },
      deadline: { type: 'string', default: '60' },
      out: { type: 'boolean', default: false },
    },
  })
  if (values.url !== undefined && !URL.canParse(values.url)) {
    throw new UsageError(`--url is not a URL: ${values.url}`)
  }
  return {
    url: values.url,
    folder: values.folder,
    seconds: count('seconds', values.seconds, 3_600),
    connections: count('connections', values.connections, 200),
    rate: count('rate', values.rate, 500),
    accounts: count('accounts', values.accounts, 1_000_000),
    deadlineSeconds: count('deadline', values.deadline, 3_600),
    out: values.out,
  }
}

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const count = (name: string, value: string, max: number): number => {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= 1 && number <= max) return number
  throw new UsageError(`--${name} must be a number from 1 to ${max}, not ${value}`)
}
