import { untilAvailable } from '../shared/available.ts'
import { configOrExit } from '../shared/config.ts'
import { openKafka, protocolError } from '../shared/kafka/client.ts'
import { WrongTopicError } from '../shared/kafka/topics.ts'
import { openLog } from '../shared/log.ts'
import { aclEntries } from './acls.ts'
import { aclText, applyAcls } from './apply-acls.ts'
import { provisionConfig } from './provision-config.ts'
import { ensureTopics, TOPICS } from './topics.ts'

/**
 * Prepares a broker for the services: creates the topics that are missing, refuses those that are
 * wrong, and gives everybody their rights. Says line by line what it did; run again, it finds
 * nothing to do. Ends with 0, with 78 for an unusable environment, with 70 when it failed.
 */

/** For a broker that starts together with us. */
const DEADLINE_MS = 180_000

const config = configOrExit(provisionConfig)
const log = openLog('provision', config.LOG_LEVEL)

const prepareTopics = async (): Promise<void> => {
  const created = await ensureTopics({
    ...config.kafka,
    partitions: config.TOPIC_PARTITIONS,
    replicationFactor: config.TOPIC_REPLICATION_FACTOR,
  })
  for (const name of created) log.info(`created topic ${name}`)
  log.info({ created: created.length, present: TOPICS.length - created.length }, 'topics are right')
}

const prepareAcls = async (): Promise<void> => {
  const admin = openKafka({ clientId: 'provision', ...config.kafka, log }).admin()
  await admin.connect()
  try {
    const wanted = aclEntries()
    const { given, surplus } = await applyAcls(admin, wanted)
    for (const entry of given) log.info(`from now on ${aclText(entry)}`)
    for (const entry of surplus) log.warn(`not of ours, and left as it is: ${aclText(entry)}`)
    log.info({ given: given.length, present: wanted.length - given.length }, 'rights are given')
  } finally {
    await admin.disconnect()
  }
}

const attempt = async (): Promise<void> => {
  await prepareTopics()
  if (config.KAFKA_ACLS === 'apply') await prepareAcls()
}

/** A broker that refuses us, or has other topics, will not think better of it. */
const isTransient = (error: unknown): boolean =>
  !(error instanceof WrongTopicError) &&
  protocolError(error)?.endsWith('_AUTHORIZATION_FAILED') !== true

try {
  const late = AbortSignal.timeout(DEADLINE_MS)
  await untilAvailable({ what: 'the broker', attempt, isTransient, log }, late)
} catch (error) {
  log.fatal({ error }, 'the broker could not be prepared')
  process.exit(70)
}
