import { join } from 'node:path'
import { Kafka } from 'kafkajs'
import { aclEntries } from '../../deploy/acls.ts'
import { applyAcls } from '../../deploy/apply-acls.ts'
import { ADMIN, clientSecurity } from '../../deploy/local/kafka-security.ts'
import { once } from '../support/once.ts'
import { authority, passwordOf, type SecuredBroker, securedBroker } from '../support/secured.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { outcomeOf, readSettings } from './kafka-moves.ts'
import { type Ended, runProgram } from './program.ts'

/** A file with the certificate of the authority, as a pod has it mounted. */
export const authorityFile = once(async () => {
  const file = join((await temporaryFolder()).path, 'authority.pem')
  await Bun.write(file, (await authority()).certificate)
  return file
})

/** The part of a process' environment that lets it into the broker as one of its users. */
export const kafkaEnvironment = async (user: string, brokers: string) => ({
  KAFKA_BROKERS: brokers,
  KAFKA_TLS: 'verify',
  KAFKA_CA_FILE: await authorityFile(),
  KAFKA_SASL: 'scram-sha-512',
  KAFKA_USERNAME: user,
  KAFKA_PASSWORD: passwordOf(user),
})

/** The provisioning Job, as the provisioner runs it. */
export const provision = async (
  brokers: string,
  environment: Record<string, string> = {},
): Promise<Ended> =>
  runProgram('deploy/provision.ts', {
    ...(await kafkaEnvironment('provisioner', brokers)),
    KAFKA_ACLS: 'apply',
    ...environment,
  })

export type ProvisionedBroker = SecuredBroker & { firstRun: Ended }

/** A secured broker with the topics and the rights of a deployment, and nothing in them. */
export const provisionedBroker = async (): Promise<ProvisionedBroker> => {
  const broker = await securedBroker()
  await admitProvisioner(broker)
  const firstRun = await provision(broker.brokers)
  // A broker learns of its rights a moment after they are given; the auditor's are the last.
  const auditor = accessOf(broker, 'auditor')
  await until(async () => (await outcomeOf(auditor, readSettings('deadLetter'))) === 'allowed', {
    what: 'the rights to be known',
  })
  return { ...broker, firstRun }
}

const accessOf = ({ brokers, security }: SecuredBroker, user: string) => ({
  brokers: [brokers],
  ...clientSecurity(security, user),
})

/** What an administrator does once by hand. */
const admitProvisioner = async (broker: SecuredBroker): Promise<void> => {
  const admin = new Kafka(accessOf(broker, ADMIN)).admin()
  await admin.connect()
  try {
    await applyAcls(admin, aclEntries(['provisioner']))
  } finally {
    await admin.disconnect()
  }
}

/** For the tests that leave no trace in it. */
export const sharedBroker = once(provisionedBroker)
