import { serviceConfig, sweepAfter } from '../shared/service-config.ts'

export const orderConfig = serviceConfig(
  'order',
  { port: '8081', opsPort: '9081' },
  { SWEEP_AFTER_MS: sweepAfter },
)
