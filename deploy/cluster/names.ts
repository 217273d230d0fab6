/** The services in the order in which they are installed: whoever writes a topic comes first. */
export const SERVICES = ['billing', 'order', 'notification'] as const
export type Service = (typeof SERVICES)[number]

/** As in `namespaces.yaml`. */
export const NAMESPACES = ['kafka', ...SERVICES] as const

/** Of the Postgres that a locked-down trial brings along. */
export const DATABASE_NAMESPACE = 'postgres'

export const ROOT = new URL('../..', import.meta.url).pathname
