import { containersOf, type KubeObject } from './objects.ts'
import { specsOf } from './specs.ts'

const HOST = 'arch.homework'
/** Of design and charts alike: a pod serves on for 5 s, and then has time to finish. */
const GRACE_S = 30
const LINGER_MS = 5_000

/** Where clients would not find a service as they always did, or lose it while a pod stops. */
export const contractFaults = (objects: readonly KubeObject[], service: string): string[] => {
  const agreed = `${HOST}/${service}-service`
  const routes = [
    ...specsOf(objects, 'Ingress').flatMap(({ where, spec }) =>
      (spec.rules ?? []).flatMap(({ host, http }) =>
        http.paths.map(({ path }) => ({ where, address: `${host}${path}` })),
      ),
    ),
    ...specsOf(objects, 'HTTPRoute').flatMap(({ where, spec }) =>
      (spec.hostnames ?? []).flatMap((host) =>
        spec.rules.flatMap(({ matches = [] }) =>
          matches.map(({ path }) => ({ where, address: `${host}${path.value}` })),
        ),
      ),
    ),
  ]
  return [
    ...routes
      .filter(({ address }) => address !== agreed)
      .map(({ where, address }) => `${where}: leads from ${address} instead of ${agreed}`),
    ...stopFaults(objects),
  ]
}

const stopFaults = (objects: readonly KubeObject[]): string[] =>
  containersOf(objects)
    .filter(({ pod, isInit }) => pod.object.kind === 'Deployment' && !isInit)
    .flatMap(({ where, pod, container }) => {
      const grace = pod.spec.terminationGracePeriodSeconds ?? 0
      const variables = (container.envFrom ?? []).map(
        ({ configMapRef }) =>
          objects.find(
            ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name,
          )?.data?.['STOP_LINGER_MS'],
      )
      return [
        ...(grace < GRACE_S ? [`${where}: is killed after ${grace} s`] : []),
        ...(variables.some((linger) => Number(linger) >= LINGER_MS)
          ? []
          : [`${where}: stops before load balancers know`]),
      ]
    })
