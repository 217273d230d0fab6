import { openAuthority } from '../../deploy/certificates.ts'
import { ADMIN, BROKER, type KafkaSecurity } from '../../deploy/local/kafka-security.ts'
import { type PrivateBroker, privateBroker } from './broker.ts'
import { once } from './once.ts'
import { type PrivatePostgres, privatePostgres } from './postgres.ts'

/** Whom the clients of secured servers trust. */
export const authority = once(() => openAuthority('exactly-once tests'))

const HOSTS = ['localhost', '127.0.0.1']

/** The Kafka users of a deployment. */
const USERS = [ADMIN, 'order', 'billing', 'notification', 'provisioner', 'auditor']

export const passwordOf = (user: string): string => `${user}-of-the-tests`

export type SecuredBroker = PrivateBroker & { security: KafkaSecurity }

/** TLS with SCRAM-SHA-512, deny by default: nobody but `admin` has a right until someone gives it. */
export const securedBroker = async (): Promise<SecuredBroker> => {
  const { certificate, issue } = await authority()
  const security: KafkaSecurity = {
    authority: certificate,
    certificate: await issue({ name: BROKER, hosts: HOSTS }),
    users: Object.fromEntries(USERS.map((user) => [user, passwordOf(user)])),
  }
  return { ...(await privateBroker({}, security)), security }
}

/** TLS for everybody, with a certificate for `localhost` and `127.0.0.1`. */
export const securedPostgres = async (): Promise<PrivatePostgres> => {
  const { issue } = await authority()
  return privatePostgres({}, await issue({ name: 'postgres', hosts: HOSTS }))
}
