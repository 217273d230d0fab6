import * as v from 'valibot'
import { count, flag, group, optionalName, text, value } from './kinds.ts'
import { password, secretKey } from './secrets.ts'

/** How many partitions all topics have wherever nobody said otherwise, twice. */
const PARTITIONS = 4

/** A mechanism that shows the password to whoever listens needs encryption. */
const plainOnlyOverTls = {
  if: {
    properties: {
      sasl: { properties: { mechanism: { const: 'plain' } }, required: ['mechanism'] },
    },
    required: ['sasl'],
  },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { properties: { tls: { properties: { enabled: { const: true } } } } },
}

/** Another number is a new generation of topics, so it must not be a slip of the finger. */
const partitionsSaidTwice = {
  if: { properties: { partitions: { not: { const: PARTITIONS } } }, required: ['partitions'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { properties: { partitionsConfirmed: { minimum: 1 } } },
}

/** How to reach the broker, for whoever does. `user` is the principal of the agreed names. */
export const kafkaValues = (user: string) =>
  v.pipe(
    v.strictObject({
      brokers: value(
        v.pipe(v.array(v.pipe(text, v.regex(/^[^\s,:]+:[0-9]+$/))), v.minLength(1)),
        ['kafka.kafka.svc:9092'],
        'Brokers as host:port',
      ),
      partitions: value(
        count(1, 1_000),
        PARTITIONS,
        'Partitions of every topic. Never changed in place: an upgrade that changes it is refused',
      ),
      partitionsConfirmed: value(
        count(0, 1_000),
        0,
        `The same number again, only where it is not ${PARTITIONS}`,
      ),
      tls: group('TLS to the broker; certificate and host name are verified', {
        enabled: value(flag, false, 'Whether the broker is spoken to over TLS'),
        caSecret: secretKey('Who signed its certificate, in PEM', 'ca.crt', 'the system’s roots'),
      }),
      sasl: group('Who we are to the broker', {
        mechanism: value(
          v.picklist(['none', 'scram-sha-512', 'scram-sha-256', 'plain']),
          'none',
          'SASL mechanism; `plain` only over TLS',
        ),
        existingSecret: group('Secret with name and password', {
          name: value(
            optionalName,
            '',
            'Name of the Secret; empty means `<fullname>-kafka`, or one made from the values below',
          ),
          usernameKey: value(text, 'username', 'Key of the name'),
          passwordKey: value(text, 'password', 'Key of the password'),
        }),
        username: value(text, user, 'Name, only where the chart makes the Secret'),
        password: value(password, '', 'Password; when given, the chart makes the Secret'),
      }),
    }),
    v.metadata({
      description: 'The broker: Redpanda, Apache Kafka or whatever speaks its protocol',
      allOf: [plainOnlyOverTls, partitionsSaidTwice],
    }),
  )
