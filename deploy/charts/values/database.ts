import * as v from 'valibot'
import {
  count,
  flag,
  foreignImage,
  group,
  optionalName,
  quantity,
  resources,
  text,
  value,
} from './kinds.ts'
import { databaseUrl, password, secretKey } from './secrets.ts'

/** Where the service keeps its tables, and who it is there. */
export const databaseValues = (service: string) =>
  group('The service’s own Postgres database', {
    mode: value(
      v.picklist(['existing', 'cloudnativepg', 'development']),
      'existing',
      'Where it comes from: `existing` is there already, `cloudnativepg` makes a Cluster of that operator, `development` starts one pod without backup or TLS',
    ),
    connections: value(count(3, 100), 10, 'Connections of one pod, at most'),
    secret: secretKey(
      'URL of the role that the service works as (mode existing)',
      'url',
      '`<fullname>-database`',
    ),
    migratorSecret: secretKey(
      'URL of the role that owns the tables; only the migration Job sees it (mode existing)',
      'url',
      '`<fullname>-migrator`',
    ),
    url: value(
      databaseUrl,
      '',
      'URL of the service’s role; when given, the chart makes the Secret',
    ),
    migratorUrl: value(databaseUrl, '', 'URL of the owner; when given, the chart makes the Secret'),
    tls: group('TLS to Postgres; certificate and host name are verified', {
      enabled: value(flag, false, 'Whether Postgres is spoken to over TLS (mode existing)'),
      caSecret: secretKey('Who signed its certificate, in PEM', 'ca.crt', 'the system’s roots'),
    }),
    roles: group('Roles that get their rights from the migration Job', {
      app: value(text, `${service}_app`, 'Role of the service; empty grants nothing'),
      auditor: value(text, `${service}_auditor`, 'Role that only reads; empty grants nothing'),
    }),
    cloudnativepg: group('The Cluster of mode cloudnativepg', {
      instances: value(count(1, 9), 3, 'Pods, one of them the primary'),
      imageName: value(text, '', 'Image of Postgres; empty means the operator’s default'),
      resources: resources('250m', '512Mi'),
      storage: storage('10Gi'),
    }),
    development: group('The single pod of mode development', {
      image: foreignImage('docker.io/library/postgres', '18.4'),
      runAsUser: value(count(1, 65_535), 999, 'User and group of Postgres in the image'),
      resources: resources('100m', '256Mi'),
      storage: storage('1Gi'),
    }),
    passwords: group('Passwords where the database comes with the release', {
      admin: value(
        password,
        '',
        'Of the superuser of mode development; empty means that one is made, and kept',
      ),
      migrator: value(
        password,
        '',
        `Of ${service}_migrator; empty means that one is made, and kept`,
      ),
      app: value(password, '', `Of ${service}_app; empty means that one is made, and kept`),
      auditor: value(password, '', `Of ${service}_auditor; empty means that one is made, and kept`),
    }),
  })

const storage = (size: string) =>
  group('Its volume', {
    size: value(quantity, size, 'Size'),
    storageClassName: value(optionalName, '', 'Class; empty means the cluster’s default'),
  })
