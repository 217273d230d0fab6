import * as v from 'valibot'
import { SAMPLERS } from '../../../shared/tracing/config.ts'
import {
  duration,
  flag,
  group,
  httpOrigin,
  labels,
  optionalName,
  piece,
  text,
  value,
} from './kinds.ts'

const host = v.pipe(text, v.regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/))

/** How requests come in. The path prefix is part of the service's contract, so it is no value. */
export const ingressValues = {
  ingress: group('Ingress, for any controller', {
    enabled: value(flag, false, 'Whether to make it'),
    className: value(optionalName, '', 'Class; empty means the cluster’s default'),
    annotations: value(labels, {}, 'Annotations that your controller wants'),
    host: value(host, 'arch.homework', 'Host name'),
    tlsSecretName: value(optionalName, '', 'Secret with the certificate; empty means no TLS'),
  }),
  httpRoute: group('HTTPRoute of the Gateway API', {
    enabled: value(flag, false, 'Whether to make it'),
    annotations: value(labels, {}, 'Annotations'),
    hostnames: value(v.array(host), ['arch.homework'], 'Host names'),
    parentRefs: value(
      v.array(piece),
      [{ name: 'gateway', namespace: 'ingress' }],
      'The gateways that carry it',
    ),
  }),
}

/** The same words as the variables of OpenTelemetry, which the process reads. */
export const tracingValues = {
  tracing: group('Traces of requests, from the first call to the notification', {
    endpoint: value(
      httpOrigin,
      '',
      'Collector of OpenTelemetry, e.g. http://collector.monitoring.svc:4318; empty means no traces',
    ),
    sampler: value(
      v.picklist(SAMPLERS),
      'parentbased_always_on',
      'Which requests are traced; `parentbased_…` leaves it to who asks, where that is traced',
    ),
    ratio: value(
      v.pipe(text, v.regex(/^(0(\.[0-9]{1,9})?|1)$/)),
      '1',
      'For `…traceidratio`: the share of the requests that is traced, 0 to 1, in quotes',
    ),
  }),
}

/** For those who watch. All need what is not part of Kubernetes, so all are off. */
export const monitoringValues = {
  serviceMonitor: group('ServiceMonitor of the Prometheus operator', {
    enabled: value(flag, false, 'Whether to make it'),
    interval: value(duration, '15s', 'How often to read'),
    labels: value(labels, {}, 'Labels by which your Prometheus chooses'),
  }),
  prometheusRule: group('PrometheusRule with this service’s alerts', {
    enabled: value(flag, false, 'Whether to make it'),
    labels: value(labels, {}, 'Labels by which your Prometheus chooses'),
  }),
  dashboard: group('ConfigMap with this service’s Grafana dashboard', {
    enabled: value(flag, false, 'Whether to make it'),
    labels: value(labels, { grafana_dashboard: '1' }, 'Labels by which your Grafana chooses'),
  }),
}
