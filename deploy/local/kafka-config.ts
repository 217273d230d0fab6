export type Properties = Record<string, string | number | boolean>

/** Where the broker listens, on loopback. */
export type BrokerPorts = {
  broker: number
  controller: number
  /**
   * A second way in, for clients behind a proxy: they are sent to `advertised`, which is the
   * proxy's, and it passes them on to `listening`.
   */
  proxied?: { listening: number; advertised: number } | undefined
}

/**
 * A restarted coordinator reads its topic from the beginning before it answers anybody, and only
 * whole segments are compacted: with Kafka's 100 MB that took up to 38 s after an hour of traffic.
 */
const COORDINATOR_SEGMENT_BYTES = 2 * 1024 * 1024

/**
 * One node that is broker and controller. Internal topics get few partitions, because each is a
 * set of files to open at every start; the cleaner's buffer is cut from 128 MB to fit the heap.
 * Paths are relative to the data folder, so no character of its name needs escaping.
 */
export const brokerProperties = (
  { broker, controller, proxied }: BrokerPorts,
  ...more: readonly Properties[]
): string =>
  asText({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: addresses({ BROKER: broker, PROXIED: proxied?.listening, CONTROLLER: controller }),
    'advertised.listeners': addresses({ BROKER: broker, PROXIED: proxied?.advertised }),
    'listener.security.protocol.map': 'BROKER:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'BROKER',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': 'log',
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.segment.bytes': COORDINATOR_SEGMENT_BYTES,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.segment.bytes': COORDINATOR_SEGMENT_BYTES,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    // After a kill the restarted broker is let in only when its earlier session has run out.
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 3_000,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'log.cleaner.io.buffer.size': 256 * 1024,
    ...Object.assign({}, ...more),
  })

/** Warnings and worse, in one file beside the data that stays small. */
export const LOGGING = `
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = kafka.log
appender.file.filePattern = kafka.log.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 5MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
`

const addresses = (ports: Record<string, number | undefined>): string =>
  Object.entries(ports)
    .filter(([, port]) => port !== undefined)
    .map(([name, port]) => `${name}://127.0.0.1:${port}`)
    .join(',')

const asText = (properties: Properties): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
