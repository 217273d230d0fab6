import { type Authority, openAuthority } from '../certificates.ts'
import { NAMESPACES, SERVICES } from './names.ts'

/** A Kubernetes object, as far as one is made here. */
export type Manifest = {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace: string; labels?: Record<string, string> }
  [field: string]: unknown
}

/** Users of the broker beside its superuser. */
const USERS = ['order', 'billing', 'notification', 'provisioner', 'auditor'] as const

export const DATABASE_HOST = 'postgres.postgres.svc'

export type Passwords = {
  broker: Record<(typeof USERS)[number] | 'admin', string>
  /** Of `<service>_migrator`, `<service>_app`, `<service>_auditor`, and of the superuser. */
  database: (role: string) => string
}

/** Fresh ones for every installation; they are in the cluster's Secrets and nowhere else. */
export const makePasswords = (): Passwords => {
  const made = new Map<string, string>()
  const database = (role: string): string => {
    const password = made.get(role) ?? crypto.randomUUID()
    made.set(role, password)
    return password
  }
  const broker = {
    admin: crypto.randomUUID(),
    order: crypto.randomUUID(),
    billing: crypto.randomUUID(),
    notification: crypto.randomUUID(),
    provisioner: crypto.randomUUID(),
    auditor: crypto.randomUUID(),
  }
  return { broker, database }
}

/**
 * What the value set `locked-down` expects to find: certificates and users of the broker, and for
 * each service its login there, who signed the certificates, and the urls of its database.
 */
export const lockedDownSecrets = async (passwords: Passwords): Promise<Manifest[]> => {
  const authority = await openAuthority('exactly-once')
  return [
    await serverSecret('kafka', 'kafka-tls', authority, [
      'kafka',
      'kafka.kafka',
      'kafka.kafka.svc',
      'kafka.kafka.svc.cluster.local',
    ]),
    secret('kafka', 'kafka-users', passwords.broker),
    secret('kafka', 'provisioning-kafka', login('provisioner', passwords)),
    await serverSecret('postgres', 'postgres-tls', authority, [DATABASE_HOST]),
    secret('postgres', 'postgres-roles', rolePasswords(passwords)),
    ...NAMESPACES.map((namespace) =>
      secret(namespace, 'kafka-ca', { 'ca.crt': authority.certificate }),
    ),
    ...SERVICES.flatMap((service) => [
      secret(service, 'database-ca', { 'ca.crt': authority.certificate }),
      secret(service, `${service}-service-kafka`, login(service, passwords)),
      secret(service, `${service}-service-database`, {
        url: databaseUrl(service, 'app', passwords),
      }),
      secret(service, `${service}-service-migrator`, {
        url: databaseUrl(service, 'migrator', passwords),
      }),
    ]),
  ]
}

const databaseUrl = (service: string, role: string, { database }: Passwords): string =>
  `postgres://${service}_${role}:${database(`${service}_${role}`)}@${DATABASE_HOST}:5432/${service}`

const login = (username: keyof Passwords['broker'], { broker }: Passwords) => ({
  username,
  password: broker[username],
})

const rolePasswords = ({ database }: Passwords): Record<string, string> =>
  Object.fromEntries(
    ['postgres', ...SERVICES.flatMap((service) => ROLES.map((role) => `${service}_${role}`))].map(
      (role) => [role, database(role)],
    ),
  )

const ROLES = ['migrator', 'app', 'auditor'] as const

const serverSecret = async (
  namespace: string,
  name: string,
  authority: Authority,
  hosts: readonly string[],
): Promise<Manifest> => {
  const { certificate, key } = await authority.issue({ name, hosts })
  return secret(namespace, name, {
    'tls.crt': certificate,
    'tls.key': key,
    'ca.crt': authority.certificate,
  })
}

const secret = (namespace: string, name: string, stringData: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'exactly-once' } },
  type: 'Opaque',
  stringData,
})
