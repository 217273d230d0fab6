import type { Endpoint } from './network-policy.ts'
import { type KubeObject, podsOf } from './objects.ts'

/**
 * The pods of rendered releases as ends of connections: one of each workload, named by namespace
 * and component, such as `order/service`.
 */
export const podEndpoints = (objects: readonly KubeObject[]): Endpoint[] =>
  podsOf(objects).map(({ namespace, labels, spec }, index) => ({
    name: `${namespace}/${labels['app.kubernetes.io/component'] ?? labels['app.kubernetes.io/name']}`,
    ip: `10.1.0.${index + 1}`,
    pod: {
      namespace,
      labels,
      ports: Object.fromEntries(
        spec.containers.flatMap(({ ports = [] }) =>
          ports.flatMap(({ name, containerPort }) =>
            name === undefined ? [] : [[name, containerPort]],
          ),
        ),
      ),
    },
  }))

/** A pod that is no part of the releases. */
export const stranger = (
  namespace: string,
  name: string,
  ip: string,
  labels: Record<string, string> = {},
): Endpoint => ({
  name: `${namespace}/${name}`,
  ip,
  pod: { namespace, labels: { 'app.kubernetes.io/name': name, ...labels } },
})

export const address = (name: string, ip: string): Endpoint => ({ name, ip })
