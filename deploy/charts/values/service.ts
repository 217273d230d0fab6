import * as v from 'valibot'
import { databaseValues } from './database.ts'
import { kafkaValues } from './kafka.ts'
import {
  count,
  flag,
  group,
  httpOrigin,
  labels,
  ofHelm,
  optionalName,
  ownImage,
  piece,
  resources,
  text,
  value,
} from './kinds.ts'
import { networkPolicyValues } from './network.ts'
import { ingressValues, monitoringValues, tracingValues } from './outside.ts'
import { oneScaler, scalingValues } from './scaling.ts'

export type Service = 'order' | 'billing' | 'notification'

/** Settings of the process; those that only one service knows come with it. */
const settings = (service: Service): v.ObjectEntries => ({
  logLevel: value(
    v.picklist(['debug', 'info', 'warn', 'error']),
    'info',
    'Least severe lines to write',
  ),
  ...(service === 'notification' ? {} : { sweepAfterMs }),
  ...(service === 'billing' ? { balanceDeadlineMs } : {}),
})

const sweepAfterMs = value(
  count(1_000, 3_600_000),
  15_000,
  'Milliseconds after which what was accepted but is not done is sent again',
)

const balanceDeadlineMs = value(
  count(10, 8_000),
  2_000,
  'Milliseconds that a balance may take to include what was accepted; then 503',
)

const podValues = {
  resources: resources('100m', '256Mi'),
  podLabels: value(labels, {}, 'More labels of the service’s pods'),
  podAnnotations: value(labels, {}, 'More annotations of the service’s pods'),
  nodeSelector: value(labels, {}, 'On which nodes'),
  tolerations: value(v.array(piece), [], 'Taints that do not matter'),
  affinity: value(piece, {}, 'Affinity of the service’s pods'),
  priorityClassName: value(optionalName, '', 'Priority class'),
  topologySpread: group('How pods are spread over nodes and zones', {
    whenUnsatisfiable: value(
      v.picklist(['ScheduleAnyway', 'DoNotSchedule']),
      'ScheduleAnyway',
      'What happens when they cannot be spread over nodes; zones are always only a wish',
    ),
  }),
}

const migrationValues = group('The Job that brings the database to this version', {
  deadlineSeconds: value(
    count(10, 3_600),
    240,
    'Seconds that it may take, waiting for the database included; shorter than Helm’s --timeout',
  ),
  resources: resources('50m', '192Mi'),
})

const smokeTestValues = group('`helm test`: a real order through all three services', {
  enabled: value(flag, true, 'Whether to have it'),
  image: ownImage('operations', 'Image of the tools'),
  orderUrl: value(httpOrigin, 'http://order-service.order.svc', 'Where order is'),
  billingUrl: value(httpOrigin, 'http://billing-service.billing.svc', 'Where billing is'),
  notificationUrl: value(
    httpOrigin,
    'http://notification-service.notification.svc',
    'Where notification is',
  ),
  resources: resources('50m', '128Mi'),
})

/** Every value that the chart of a service knows; from here come values.yaml and its schema. */
export const serviceValues = (service: Service) =>
  v.pipe(
    v.strictObject({
      nameOverride: value(optionalName, '', 'Name instead of the chart’s'),
      fullnameOverride: value(optionalName, '', 'Name of all objects instead of the release’s'),
      image: ownImage(service, 'Image of the service'),
      imagePullSecrets: value(
        v.array(v.strictObject({ name: text })),
        [],
        'Secrets with which images are pulled',
      ),
      replicas: value(count(1, 100), 2, 'Pods, unless something scales them'),
      config: group('Settings of the process', settings(service)),
      kafka: kafkaValues(service),
      database: databaseValues(service),
      migration: migrationValues,
      ...podValues,
      ...scalingValues,
      networkPolicy: networkPolicyValues,
      ...ingressValues,
      ...tracingValues,
      ...monitoringValues,
      smokeTest: smokeTestValues,
      ...ofHelm,
    }),
    v.metadata({ title: `Values of the chart ${service}-service`, ...oneScaler }),
  )
