import * as v from 'valibot'
import { certificatesFile, choice, fileOf, optionalVariable, variable } from './config.ts'
import { type Connection, isUrl, passwordOf } from './connection.ts'
import { readMountedFile } from './mounted-file.ts'
import { isStrongPassword, nodeEnv, WEAK } from './production.ts'

export const databaseUrl = v.pipe(
  v.string(),
  v.regex(/^postgres(ql)?:\/\//, 'expected postgres://'),
  v.check(isUrl, 'expected a URL, its password percent-encoded'),
)

/**
 * How a process reaches its Postgres: the variables, and the `database` that they make. Without a
 * default the URL has to be given.
 */
export const databaseConfig = (defaultUrl: string | undefined, what: string) =>
  v.pipe(
    v.object({
      NODE_ENV: nodeEnv,
      DATABASE_URL:
        defaultUrl === undefined
          ? v.pipe(databaseUrl, v.description(what))
          : variable(databaseUrl, defaultUrl, what),
      DATABASE_URL_FILE: fileOf('DATABASE_URL'),
      DATABASE_TLS: variable(
        choice('off', 'verify'),
        'off',
        'With `verify`, TLS; the server’s certificate and name are verified',
      ),
      DATABASE_CA_FILE: optionalVariable(
        certificatesFile,
        'Who may sign that certificate, in PEM; else the authorities that Bun knows',
      ),
    }),
    v.forward(
      v.partialCheck(
        [['NODE_ENV'], ['DATABASE_URL']],
        ({ NODE_ENV, DATABASE_URL }) =>
          NODE_ENV !== 'production' || isStrongPassword(passwordOf(DATABASE_URL)),
        WEAK,
      ),
      ['DATABASE_URL'],
    ),
    v.forward(
      v.partialCheck(
        [['DATABASE_TLS'], ['DATABASE_CA_FILE']],
        ({ DATABASE_TLS, DATABASE_CA_FILE }) =>
          DATABASE_TLS === 'verify' || DATABASE_CA_FILE === undefined,
        'is of no use without DATABASE_TLS=verify',
      ),
      ['DATABASE_CA_FILE'],
    ),
    v.transform(({ DATABASE_URL, DATABASE_URL_FILE, DATABASE_TLS, DATABASE_CA_FILE }) => ({
      database: {
        url: DATABASE_URL,
        ...(DATABASE_TLS === 'verify' && { tls: authority(DATABASE_CA_FILE) }),
        ...(DATABASE_URL_FILE !== undefined && {
          password: currentPassword(DATABASE_URL_FILE, passwordOf(DATABASE_URL)),
        }),
      } satisfies Connection,
    })),
  )

const authority = (ca: string | undefined) => (ca === undefined ? {} : { ca })

/**
 * The password as the mounted file has it now, so that it can be changed without a restart. While
 * the file is away or malformed, the one that was read last: throwing here would end the process.
 */
const currentPassword = (file: string, first: string) => {
  let last = first
  return () => {
    try {
      last = passwordOf(readMountedFile(file))
    } catch {}
    return last
  }
}
