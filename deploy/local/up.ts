import { ConfigError } from '../../shared/config.ts'
import { parse } from './arguments.ts'
import { runCommand } from './command.ts'
import { runDetached } from './detached.ts'
import { runForeground } from './foreground.ts'
import { findPrograms } from './observers.ts'
import { readSettings } from './settings.ts'

const HELP = `Starts the whole system on this machine and stops it at Ctrl-C.

  bun run up [--detach] [--reset] [--observe] [--folder DIR] [--ports free]

  --detach        return when all is ready; stop it with: bun run down
  --reset         start empty: forget all accounts and orders
  --observe       also start Prometheus, and Grafana, as far as they are on PATH
  --folder DIR    keep data, logs and state there (default: .local)
  --ports free    take free ports instead of the usual ones
  --help, -h      this text

Environment:
  PORT              of the gateway (default 8080)
  KAFKA_BROKERS     host:port of a broker of your own; otherwise Redpanda in a container,
                    or Apache Kafka by Java 17+ and Maven
  DATABASE_URL      of somebody who may create databases on a Postgres of your own;
                    otherwise an embedded one
  TOPIC_PARTITIONS  of a topic when it is created (default 4)
  LOG_LEVEL         of the services (default info)
`

const main = async (): Promise<number> => {
  const parsed = parse(process.argv.slice(2), ['detach', 'reset', 'observe', 'ports'])
  if (parsed.kind === 'help') {
    console.log(HELP)
    return 0
  }
  if (parsed.kind === 'wrong') return wrong(parsed.why)
  const { options } = parsed
  try {
    const settings = readSettings(process.env)
    if (options.reset && (settings.brokers !== undefined || settings.adminUrl !== undefined)) {
      return wrong(
        '--reset cannot empty a broker or Postgres of your own (KAFKA_BROKERS, DATABASE_URL).',
      )
    }
    const programs = options.observe ? findPrograms() : undefined
    if (typeof programs === 'string') {
      console.error(programs)
      return 1
    }
    return options.detach
      ? await runDetached(options)
      : await runForeground(options, settings, programs)
  } catch (error) {
    if (error instanceof ConfigError) return wrong(error.message)
    throw error
  }
}

const wrong = (why: string): number => {
  console.error(`${why}\nTry: bun run up --help`)
  return 2
}

await runCommand(main)
