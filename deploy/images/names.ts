import packageJson from '../../package.json' with { type: 'json' }

/** The targets of deploy/Dockerfile: each service, and what is done beside them. */
export const TARGETS = ['order', 'billing', 'notification', 'operations'] as const
export type Target = (typeof TARGETS)[number]

/** Images carry the version of the project unless another tag is wanted. */
export const VERSION = packageJson.version

/** As charts and people write it, e.g. `exactly-once/order:0.1.0`. */
export const imageName = (target: Target, tag: string = VERSION): string =>
  `exactly-once/${target}:${tag}`

/**
 * The same in full. Docker and Kubernetes take a name without a host for one of docker.io, podman
 * for one of localhost; only the full name means one image to all of them.
 */
export const imageReference = (target: Target, tag: string = VERSION): string =>
  `docker.io/${imageName(target, tag)}`
