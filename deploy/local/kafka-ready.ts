import { Kafka, type KafkaConfig, logLevel } from 'kafkajs'

/**
 * Whether the broker answers a request of a real client now, or why not. An open port is not
 * enough: it opens before the broker serves.
 */
export const brokerAnswers = async (
  brokers: string,
  security: Pick<KafkaConfig, 'ssl' | 'sasl'> = {},
): Promise<true | string> => {
  const admin = new Kafka({
    clientId: 'local-ready',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
    ...security,
  }).admin()
  try {
    await admin.connect()
    const cluster = await admin.describeCluster()
    return cluster.brokers.length > 0 || 'it has no brokers'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}
