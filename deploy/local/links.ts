import type { Link } from './front-page.ts'
import type { Service, ServiceName } from './services.ts'

/** The addresses that a person may want, seen from the gateway. */
export const linksOf = (gateway: string, services: Record<ServiceName, Service>): Link[] =>
  Object.values(services).flatMap(({ name, prefix, opsUrl }) => [
    { name: `${name}: API documentation`, url: `${gateway}${prefix}/docs` },
    { name: `${name}: readiness`, url: `${opsUrl}/ready` },
    { name: `${name}: metrics`, url: `${opsUrl}/metrics` },
  ])
