import * as v from 'valibot'
import {
  count,
  flag,
  foreignImage,
  group,
  labels,
  namespace,
  ofHelm,
  optionalName,
  peers,
  piece,
  quantity,
  resources,
  text,
  value,
} from './kinds.ts'

const userName = v.pipe(text, v.regex(/^[a-z][-a-z0-9]*$/))

const USERS = ['order', 'billing', 'notification', 'provisioner', 'auditor']

/** The values of the chart of the broker for development: one node of Apache Kafka. */
export const brokerValues = v.pipe(
  v.strictObject({
    nameOverride: value(optionalName, '', 'Name instead of the chart’s'),
    fullnameOverride: value(optionalName, '', 'Name of all objects instead of the release’s'),
    image: foreignImage('docker.io/apache/kafka', '4.1.1'),
    imagePullSecrets: value(
      v.array(v.strictObject({ name: text })),
      [],
      'Secrets with which images are pulled',
    ),
    runAsUser: value(count(1, 65_535), 1_000, 'User and group of Kafka in the image'),
    clusterId: value(
      v.pipe(text, v.regex(/^[A-Za-z0-9_-]{22}$/)),
      'ZXhhY3RseS1vbmNlLWRldg',
      'Id of the cluster: 16 bytes in base64url',
    ),
    heap: value(v.pipe(text, v.regex(/^[0-9]+[mg]$/)), '512m', 'Heap of the JVM'),
    security: group('Who may come in', {
      enabled: value(
        flag,
        false,
        'TLS, passwords and denial by default on port 9093, instead of nothing of it on 9092',
      ),
      certificateSecret: value(
        optionalName,
        '',
        'Secret with tls.crt, tls.key (PKCS#8) and ca.crt, in PEM, for the name of the Service; empty means `<fullname>-tls`',
      ),
      usersSecret: value(
        optionalName,
        '',
        'Secret with the password of each user, and of `admin`, under the user’s name; empty means `<fullname>-users`',
      ),
      users: value(
        v.pipe(v.array(userName), v.minLength(1)),
        USERS,
        'Users that exist from the first start on, beside `admin`',
      ),
      superUsers: value(
        v.array(userName),
        ['provisioner'],
        'Users whom no rule binds, beside `admin`: who gives rights may give any to himself',
      ),
    }),
    resources: resources('250m', '1Gi'),
    storage: group('Its volume', {
      size: value(quantity, '5Gi', 'Size'),
      storageClassName: value(optionalName, '', 'Class; empty means the cluster’s default'),
    }),
    podLabels: value(labels, {}, 'More labels of the pod'),
    nodeSelector: value(labels, {}, 'On which nodes'),
    tolerations: value(v.array(piece), [], 'Taints that do not matter'),
    networkPolicy: group('NetworkPolicy: deny everything but these', {
      enabled: value(flag, true, 'Whether to make it'),
      clients: value(
        peers,
        ['order', 'billing', 'notification', 'kafka'].flatMap(namespace),
        'Who may speak to the broker',
      ),
    }),
    ...ofHelm,
  }),
  v.metadata({ title: 'Values of the chart kafka' }),
)
