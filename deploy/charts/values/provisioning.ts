import * as v from 'valibot'
import { kafkaValues } from './kafka.ts'
import {
  count,
  flag,
  group,
  labels,
  ofHelm,
  optionalName,
  ownImage,
  piece,
  resources,
  text,
  value,
} from './kinds.ts'
import { broker, dns } from './network.ts'

/** The values of the chart that makes topics and gives rights. */
export const provisioningValues = v.pipe(
  v.strictObject({
    nameOverride: value(optionalName, '', 'Name instead of the chart’s'),
    fullnameOverride: value(optionalName, '', 'Name of all objects instead of the release’s'),
    image: ownImage('operations', 'Image of the tools'),
    imagePullSecrets: value(
      v.array(v.strictObject({ name: text })),
      [],
      'Secrets with which images are pulled',
    ),
    kafka: kafkaValues('provisioner'),
    replicationFactor: value(
      v.pipe(count(-1, 9), v.notValue(0)),
      -1,
      'Copies of every partition; -1 means the broker’s default',
    ),
    acls: value(
      v.picklist(['none', 'apply']),
      'none',
      'Whether to give each service its rights; the broker has to deny by default',
    ),
    logLevel: value(v.picklist(['debug', 'info', 'warn', 'error']), 'info', 'Least severe lines'),
    deadlineSeconds: value(
      count(10, 3_600),
      240,
      'Seconds that it may take, waiting for the broker included; shorter than Helm’s --timeout',
    ),
    resources: resources('50m', '192Mi'),
    podLabels: value(labels, {}, 'More labels of the pod'),
    nodeSelector: value(labels, {}, 'On which nodes'),
    tolerations: value(v.array(piece), [], 'Taints that do not matter'),
    networkPolicy: group('NetworkPolicy: deny everything but these', {
      enabled: value(flag, true, 'Whether to make it'),
      dns,
      broker,
    }),
    ...ofHelm,
  }),
  v.metadata({ title: 'Values of the chart provisioning' }),
)
