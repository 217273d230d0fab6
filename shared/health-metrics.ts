import { Gauge, type Registry } from 'prom-client'
import type { Health } from './health.ts'

/** Publishes readiness and each signal behind it, so that an alert can name what is down. */
export const exposeHealth = (health: Health, registry: Registry): void => {
  const ready: Gauge = new Gauge({
    name: 'process_ready',
    help: '1 while this process is ready: every check is up and it is not stopping.',
    registers: [],
    collect: () => ready.set(health.report().ready ? 1 : 0),
  })
  const checks: Gauge = new Gauge({
    name: 'health_check_up',
    help: '1 while a check of /ready is up.',
    labelNames: ['check'],
    registers: [],
    collect: () => {
      // Checks come and go with the partitions that are assigned.
      checks.reset()
      for (const { name, up } of health.report().checks) checks.set({ check: name }, up ? 1 : 0)
    },
  })
  registry.registerMetric(ready)
  registry.registerMetric(checks)
}
