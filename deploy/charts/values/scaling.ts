import * as v from 'valibot'
import { count, flag, group, value } from './kinds.ts'

/** Either follows the load with the CPU, or with what waits in the topics. */
export const scalingValues = {
  autoscaling: group('HorizontalPodAutoscaler on CPU', {
    enabled: value(flag, false, 'Whether to make it; `replicas` is then ignored'),
    minReplicas: value(count(1, 100), 2, 'At least so many pods'),
    maxReplicas: value(count(1, 100), 4, 'At most so many; more than partitions follow no topic'),
    targetCpu: value(count(1, 1_000), 70, 'Percent of the reserved CPU to aim at'),
  }),
  keda: group('KEDA ScaledObject on the lag behind the topics', {
    enabled: value(flag, false, 'Whether to make it; `replicas` is then ignored'),
    minReplicas: value(count(1, 100), 2, 'At least so many pods'),
    maxReplicas: value(count(1, 100), 4, 'At most so many; more than partitions follow no topic'),
    lagThreshold: value(count(1, 1_000_000), 500, 'Records that one pod may be behind'),
    pollingInterval: value(count(1, 3_600), 15, 'Seconds between two looks'),
    cooldownPeriod: value(count(1, 86_400), 300, 'Seconds to wait before there are fewer'),
  }),
  podDisruptionBudget: group('PodDisruptionBudget', {
    enabled: value(flag, true, 'Whether to make it'),
    maxUnavailable: value(
      v.union([count(1, 100), v.pipe(v.string(), v.regex(/^[1-9][0-9]?%$/))]),
      1,
      'Pods that a drain may take at once',
    ),
  }),
}

/** Only one may write the number of pods. */
export const oneScaler = {
  not: {
    properties: {
      autoscaling: { properties: { enabled: { const: true } } },
      keda: { properties: { enabled: { const: true } } },
    },
  },
}
