import { containersOf, type KubeObject, nameOf } from './objects.ts'

/** Names of variables and keys that hold secrets; with _FILE they hold a path. */
const SECRET_NAME = /password|passwd|secret|token|private_?key|credential|database_?url|^url$/i
/** A URL with a password, a private key, or a long random word of a service one knows. */
const SECRET_VALUE =
  /\w+:\/\/[^\s/:@]+:[^\s/@$]+@|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(AKIA[0-9A-Z]{16}|gh[pousr]_\w{36})\b/

/** The kinds of objects that may hold secrets; they are encrypted at rest and read by few. */
const KEEPERS = new Set(['Secret'])

/** Secrets where anyone who may look at pods and ConfigMaps reads them. */
export const secrecyFaults = (objects: readonly KubeObject[]): string[] => [
  ...objects
    .filter(({ kind }) => kind === 'ConfigMap')
    .flatMap((object) =>
      Object.entries(object.data ?? {})
        .filter(([key, value]) => isSecret(key, value))
        .map(([key]) => `${nameOf(object)}: ${key} holds a secret`),
    ),
  ...containersOf(objects).flatMap(({ where, container }) => [
    ...(container.env ?? [])
      .filter(({ name, value }) => value !== undefined && isSecret(name, value))
      .map(({ name }) => `${where}: ${name} holds a secret`),
    // A variable is inherited by every child and shown by every crash dump; a file is not.
    ...(container.env ?? [])
      .filter(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined)
      .map(({ name }) => `${where}: ${name} takes a secret into the environment`),
    ...(container.envFrom ?? [])
      .filter(({ secretRef }) => secretRef !== undefined)
      .map(() => `${where}: takes a whole Secret into the environment`),
    ...[...(container.command ?? []), ...(container.args ?? [])]
      .filter((word) => SECRET_VALUE.test(word))
      .map(() => `${where}: an argument holds a secret`),
  ]),
  ...objects
    .filter(({ kind }) => !KEEPERS.has(kind))
    .filter((object) => SECRET_VALUE.test(JSON.stringify(object)))
    .map((object) => `${nameOf(object)}: holds a secret`),
]

const isSecret = (name: string, value: string): boolean =>
  (SECRET_NAME.test(name) && !name.endsWith('_FILE')) || SECRET_VALUE.test(value)
