import { hasKafkaJars, KAFKA_VERSION } from './kafka-jars.ts'
import { dockerProblem, REDPANDA_IMAGE } from './redpanda.ts'

/** Where the log comes from: an own broker of the user, a container, or a process of ours. */
export type BrokerKind = 'given' | 'redpanda' | 'kafka'

export const describeBroker = (kind: BrokerKind): string =>
  ({
    given: 'the broker given in KAFKA_BROKERS',
    redpanda: `Redpanda ${REDPANDA_IMAGE.split(':').at(-1)} in a container`,
    kafka: `Apache Kafka ${KAFKA_VERSION}`,
  })[kind]

/** What stands in the way of each kind; undefined when it can be used. */
export type Obstacles = { redpanda: string | undefined; kafka: string | undefined }

export const findObstacles = async (): Promise<Obstacles> => {
  const [redpanda, kafka] = await Promise.all([dockerProblem(), javaProblem()])
  return { redpanda, kafka }
}

/**
 * The first kind that can be used. A system that has data stays with the broker that holds it,
 * whatever has been installed since: with another one its databases would not fit its log.
 */
export const chooseBroker = (
  given: boolean,
  obstacles: Obstacles,
  earlier: BrokerKind | undefined,
): { kind: BrokerKind } | { problem: string } => {
  if (given) return { kind: 'given' }
  if (earlier !== undefined && earlier !== 'given') {
    const obstacle = obstacles[earlier]
    if (obstacle === undefined) return { kind: earlier }
    const holder = describeBroker(earlier)
    return {
      problem: `the data of this system is held by ${holder}, but ${obstacle}. Make it available, or start empty with --reset.`,
    }
  }
  if (obstacles.redpanda === undefined) return { kind: 'redpanda' }
  if (obstacles.kafka === undefined) return { kind: 'kafka' }
  return {
    problem: [
      'there is no broker to use. One of these is needed:',
      '  - an own Kafka-compatible broker: KAFKA_BROKERS=host:port',
      `  - a running Docker engine, for Redpanda (now: ${obstacles.redpanda})`,
      `  - Java 17 or newer and Maven, for Apache Kafka (now: ${obstacles.kafka})`,
    ].join('\n'),
  }
}

const javaProblem = async (): Promise<string | undefined> => {
  if (Bun.which('java') === null) return 'java is not installed'
  const java = Bun.spawn(['java', '-version'], {
    stdout: 'ignore',
    stderr: 'pipe',
    timeout: 15_000,
  })
  const version = javaVersion(await new Response(java.stderr).text())
  if (version === undefined) return 'java does not tell its version'
  if (version < 17) return `java is version ${version}`
  return hasKafkaJars() || Bun.which('mvn') !== null ? undefined : 'mvn (Maven) is not installed'
}

/** The major version; before Java 9 it was the second number: 1.8. */
export const javaVersion = (text: string): number | undefined => {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? []
  return first === '1' ? Number(second) : first === undefined ? undefined : Number(first)
}
