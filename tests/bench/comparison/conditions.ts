import { KAFKA_VERSION } from '../../../deploy/local/kafka-jars.ts'
import { environment } from '../system.ts'

/** When, where and with what something was measured. */
export type Conditions = {
  date: string
  command: string
  commit: string
  machine: ReturnType<typeof environment>
  versions: { bun: string; java: string; kafka: string; streams?: string }
}

/** `versions`: of what takes part beside Bun and the broker. */
export const conditionsNow = async (
  script: string,
  versions: Pick<Conditions['versions'], 'streams'> = {},
): Promise<Conditions> => ({
  date: new Date().toISOString(),
  command: ['bun run', script, ...process.argv.slice(2)].join(' '),
  commit: await firstLine(['git', 'describe', '--always', '--dirty', '--abbrev=7']),
  machine: environment(),
  versions: {
    bun: Bun.version,
    java: await firstLine(['java', '--version']),
    kafka: KAFKA_VERSION,
    ...versions,
  },
})

/** The same in lines for people. */
export const conditionLines = ({ date, command, commit, machine, versions }: Conditions) => [
  `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.platform}; load before: ${machine.loadAverage}`,
  [
    `Bun ${versions.bun}, ${versions.java}, Apache Kafka ${versions.kafka}`,
    ...(versions.streams === undefined ? [] : [`Kafka Streams ${versions.streams}`]),
  ].join(', '),
  `${command}, commit ${commit}, ${date.slice(0, 10)}`,
]

const firstLine = async (command: string[]): Promise<string> => {
  const child = Bun.spawn(command, { cwd: import.meta.dir, stdout: 'pipe', stderr: 'ignore' })
  const text = await child.stdout.text()
  return text.split('\n', 1)[0] || 'unknown'
}
