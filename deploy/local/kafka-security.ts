import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SASLOptions } from 'kafkajs'
import type { Certificate } from '../certificates.ts'
import type { Properties } from './kafka-config.ts'

/** What turns an open broker into one where everybody has a name and nobody has a right. */
export type KafkaSecurity = {
  /** PEM of the authority that clients trust. */
  authority: string
  /** Of the broker. Its common name is `BROKER`, by which its own controller knows it. */
  certificate: Certificate
  /** Passwords by user; the superuser `ADMIN` must be among them. */
  users: Readonly<Record<string, string>>
}

export const ADMIN = 'admin'
export const BROKER = 'broker'

const KEYS = 'keys.pem'
const AUTHORITY = 'authority.pem'

/**
 * Clients come through TLS with a password (SCRAM); who has no ACL may do nothing. The controller
 * cannot ask for SCRAM, because it keeps the passwords: it asks for the broker's certificate.
 */
export const securityProperties = ({ users }: KafkaSecurity): Properties => ({
  'listener.security.protocol.map': 'BROKER:SASL_SSL,CONTROLLER:SSL',
  'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
  'listener.name.broker.scram-sha-512.sasl.jaas.config': `org.apache.kafka.common.security.scram.ScramLoginModule required username="${ADMIN}" password="${users[ADMIN]}";`,
  'listener.name.controller.ssl.client.auth': 'required',
  'ssl.keystore.type': 'PEM',
  'ssl.keystore.location': KEYS,
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': AUTHORITY,
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': `User:${ADMIN};User:CN=${BROKER}`,
  'allow.everyone.if.no.acl.found': false,
})

/** Puts the keys where the properties say they are. */
export const writeKeys = async (folder: string, security: KafkaSecurity): Promise<void> => {
  const { authority, certificate } = security
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await Bun.write(join(folder, KEYS), `${certificate.key}\n${certificate.certificate}\n`, {
    mode: 0o600,
  })
  await Bun.write(join(folder, AUTHORITY), `${authority}\n`)
}

/** Words for the storage tool, which alone can make users before there is a broker to ask. */
export const userWords = ({ users }: KafkaSecurity): string[] =>
  Object.entries(users).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ])

/** What a client of kafkajs needs to come in as one of the users. */
export const clientSecurity = (
  { authority, users }: KafkaSecurity,
  username: string,
): { ssl: { ca: string[] }; sasl: SASLOptions } => ({
  ssl: { ca: [authority] },
  sasl: { mechanism: 'scram-sha-512', username, password: users[username] ?? '' },
})
