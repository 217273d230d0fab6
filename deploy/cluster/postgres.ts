import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATABASE_NAMESPACE as NAMESPACE, SERVICES } from './names.ts'
import type { Manifest } from './secrets.ts'

const LABELS = { 'app.kubernetes.io/name': 'postgres', 'app.kubernetes.io/part-of': 'exactly-once' }
const SECRETS = '/run/secrets/postgres'
const TLS = '/run/secrets/tls'

/**
 * A Postgres as somebody else would run it for us, for the sets of values that expect one to be
 * there: TLS only, a database for each service, and the three roles of each. One pod and a volume
 * that goes with it: enough to try an installation, not to keep anything.
 */
export const postgresManifests = (image: string): Manifest[] => [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'postgres', namespace: NAMESPACE, labels: LABELS },
    data: {
      '1-databases.sh': DATABASES,
      'roles.sql': readFileSync(join(import.meta.dir, '../database/roles.sql'), 'utf8'),
      'pg_hba.conf': 'local all all trust\nhostssl all all all scram-sha-256\n',
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'postgres', namespace: NAMESPACE, labels: LABELS },
    spec: { selector: LABELS, ports: [{ port: 5432, targetPort: 'postgres' }] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'postgres', namespace: NAMESPACE, labels: LABELS },
    spec: {
      serviceName: 'postgres',
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: pod(image) },
    },
  },
]

const SETTINGS = {
  ssl: 'on',
  ssl_cert_file: `${TLS}/tls.crt`,
  ssl_key_file: `${TLS}/tls.key`,
  hba_file: '/etc/postgres/pg_hba.conf',
  max_connections: '300',
} as const

/** Runs once, on an empty data folder. The roles are those of `deploy/database/roles.sql`. */
const DATABASES = `set -eu
for service in ${SERVICES.join(' ')}; do
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -c "create database \\"$service\\""
  PGOPTIONS="-c roles.service=$service"
  for role in migrator app auditor; do
    PGOPTIONS="$PGOPTIONS -c roles.\${role}_password=$(cat ${SECRETS}/\${service}_$role)"
  done
  PGOPTIONS="$PGOPTIONS" psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$service" -f /etc/postgres/roles.sql
done
unset PGOPTIONS
`

const pod = (image: string) => ({
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 999,
    runAsGroup: 999,
    fsGroup: 999,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  containers: [
    {
      name: 'postgres',
      image,
      imagePullPolicy: 'IfNotPresent',
      args: [
        'postgres',
        ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      env: [
        { name: 'POSTGRES_USER', value: 'postgres' },
        { name: 'POSTGRES_DB', value: 'postgres' },
        { name: 'POSTGRES_PASSWORD_FILE', value: `${SECRETS}/postgres` },
        { name: 'PGDATA', value: '/var/lib/postgresql/data' },
      ],
      ports: [{ name: 'postgres', containerPort: 5432 }],
      readinessProbe: {
        exec: { command: ['pg_isready', '--host=127.0.0.1', '--username=postgres'] },
        periodSeconds: 2,
      },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } },
      volumeMounts: [
        { name: 'data', mountPath: '/var/lib/postgresql' },
        { name: 'run', mountPath: '/var/run/postgresql' },
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'roles', mountPath: SECRETS, readOnly: true },
        { name: 'tls', mountPath: TLS, readOnly: true },
        { name: 'config', mountPath: '/etc/postgres', readOnly: true },
        {
          name: 'config',
          mountPath: '/docker-entrypoint-initdb.d/1-databases.sh',
          subPath: '1-databases.sh',
          readOnly: true,
        },
      ],
    },
  ],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'run', emptyDir: {} },
    { name: 'tmp', emptyDir: {} },
    { name: 'roles', secret: { secretName: 'postgres-roles', defaultMode: 0o440 } },
    { name: 'tls', secret: { secretName: 'postgres-tls', defaultMode: 0o440 } },
    { name: 'config', configMap: { name: 'postgres' } },
  ],
})
