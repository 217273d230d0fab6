import { serviceConfig } from '../shared/service-config.ts'

export const notificationConfig = serviceConfig(
  'notification',
  { port: '8083', opsPort: '9083' },
  {},
)
