import { type BrokerKind, chooseBroker, describeBroker, findObstacles } from './broker-kind.ts'
import type { Folder } from './folder.ts'
import { startKafka } from './kafka.ts'
import type { Properties } from './kafka-config.ts'
import { brokerAnswers } from './kafka-ready.ts'
import { becomesReady } from './ready.ts'
import { startRedpanda } from './redpanda.ts'
import type { Note } from './steps.ts'
import { type Launch, type Unit, unit } from './unit.ts'

export type BrokerOptions = {
  folder: Folder
  /** `host:port,…` of a broker that is not ours. */
  given: string | undefined
  /** For our own. */
  port: number
  properties: Properties
  /** What held the data of this folder before. */
  earlier: BrokerKind | undefined
  report: (text: string) => void
  note: Note
  signal: AbortSignal
}

export type Broker = {
  kind: BrokerKind
  brokers: string
  description: string
  /** None when it was given. */
  unit: Unit | undefined
}

const GIVEN_DEADLINE_MS = 15_000

/** Uses the broker that was given, or starts the first kind that this machine can run. */
export const openBroker = async (options: BrokerOptions): Promise<Broker> => {
  const { given, earlier, port, signal, report } = options
  const none = { redpanda: undefined, kafka: undefined }
  const choice = chooseBroker(given !== undefined, given ? none : await findObstacles(), earlier)
  if ('problem' in choice) throw new Error(choice.problem)
  const { kind } = choice
  if (given !== undefined) {
    await mustAnswer(given, signal)
    return { kind, brokers: given, description: given, unit: undefined }
  }
  const process = unit('broker', launch(kind, options), report)
  await process.start(signal)
  const brokers = `127.0.0.1:${port}`
  return { kind, brokers, description: `${describeBroker(kind)} on ${brokers}`, unit: process }
}

const launch =
  (kind: BrokerKind, { folder, port, properties, note }: BrokerOptions): Launch =>
  (signal) => {
    note(`starting ${describeBroker(kind)}`)
    return kind === 'redpanda'
      ? startRedpanda({ dataFolder: folder.redpanda, port, signal })
      : startKafka({ dataFolder: folder.kafka, port, properties, signal, note })
  }

const mustAnswer = async (brokers: string, signal: AbortSignal): Promise<void> => {
  const problem = await becomesReady({
    check: () => brokerAnswers(brokers),
    deadlineMs: GIVEN_DEADLINE_MS,
    signal,
  })
  if (problem !== undefined) {
    throw new Error(`the broker given in KAFKA_BROKERS (${brokers}) ${problem}`)
  }
}
