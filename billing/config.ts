import { integer, variable } from '../shared/config.ts'
import { serviceConfig, sweepAfter } from '../shared/service-config.ts'

export const billingConfig = serviceConfig(
  'billing',
  { port: '8082', opsPort: '9082' },
  {
    SWEEP_AFTER_MS: sweepAfter,
    BALANCE_DEADLINE_MS: variable(
      integer(10, 8_000),
      '2000',
      'Milliseconds that a balance may take to include what was accepted; then 503',
    ),
  },
)
