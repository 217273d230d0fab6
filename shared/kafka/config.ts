import * as v from 'valibot'
import { certificatesFile, choice, fileOf, optionalVariable, variable } from '../config.ts'
import { isStrongPassword, nodeEnv, WEAK } from '../production.ts'
import type { BrokerAccess } from './client.ts'

/** `host:port,host:port` */
export const brokerList = v.pipe(
  v.string(),
  v.regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'expected host:port,host:port'),
  v.transform((list) => list.split(',')),
)

const credential = v.pipe(v.string(), v.nonEmpty('is empty'))

const variables = {
  NODE_ENV: nodeEnv,
  KAFKA_BROKERS: variable(brokerList, '127.0.0.1:19092', 'Brokers as host:port, comma-separated'),
  KAFKA_TLS: variable(
    choice('off', 'verify'),
    'off',
    'With `verify`, TLS; the brokers’ certificates and names are verified',
  ),
  KAFKA_CA_FILE: optionalVariable(
    certificatesFile,
    'Who may sign those certificates, in PEM; else the authorities that Bun knows',
  ),
  KAFKA_SASL: variable(
    choice('none', 'scram-sha-512', 'scram-sha-256', 'plain'),
    'none',
    'How to log in: `none`, `scram-sha-512`, `scram-sha-256` or `plain`',
  ),
  KAFKA_USERNAME: optionalVariable(credential, 'Whom to log in as; needed unless `none`'),
  KAFKA_USERNAME_FILE: fileOf('KAFKA_USERNAME'),
  KAFKA_PASSWORD: optionalVariable(credential, 'And its password; needed unless `none`'),
  KAFKA_PASSWORD_FILE: fileOf('KAFKA_PASSWORD'),
}

const NEEDED = 'is missing, and needed unless KAFKA_SASL is none'

/** How a process reaches the brokers: the variables, and the `kafka` that they make. */
export const kafkaConfig = v.pipe(
  v.object(variables),
  v.forward(
    v.partialCheck(
      [['KAFKA_SASL'], ['KAFKA_USERNAME']],
      ({ KAFKA_SASL, KAFKA_USERNAME }) => KAFKA_SASL === 'none' || KAFKA_USERNAME !== undefined,
      NEEDED,
    ),
    ['KAFKA_USERNAME'],
  ),
  v.forward(
    v.partialCheck(
      [['KAFKA_SASL'], ['KAFKA_PASSWORD']],
      ({ KAFKA_SASL, KAFKA_PASSWORD }) => KAFKA_SASL === 'none' || KAFKA_PASSWORD !== undefined,
      NEEDED,
    ),
    ['KAFKA_PASSWORD'],
  ),
  v.forward(
    v.partialCheck(
      [['NODE_ENV'], ['KAFKA_PASSWORD']],
      ({ NODE_ENV, KAFKA_PASSWORD }) =>
        NODE_ENV !== 'production' ||
        KAFKA_PASSWORD === undefined ||
        isStrongPassword(KAFKA_PASSWORD),
      WEAK,
    ),
    ['KAFKA_PASSWORD'],
  ),
  v.forward(
    v.partialCheck(
      [['KAFKA_TLS'], ['KAFKA_CA_FILE']],
      ({ KAFKA_TLS, KAFKA_CA_FILE }) => KAFKA_TLS === 'verify' || KAFKA_CA_FILE === undefined,
      'is of no use without KAFKA_TLS=verify',
    ),
    ['KAFKA_CA_FILE'],
  ),
  v.transform((read): { kafka: BrokerAccess } => {
    const { KAFKA_SASL: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = read
    const ca = read.KAFKA_CA_FILE
    return {
      kafka: {
        brokers: read.KAFKA_BROKERS,
        ...(read.KAFKA_TLS === 'verify' && { tls: ca === undefined ? {} : { ca } }),
        ...(mechanism !== 'none' &&
          username !== undefined &&
          password !== undefined && { sasl: { mechanism, username, password } }),
      },
    }
  }),
)
