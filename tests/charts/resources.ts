import { containersOf, type KubeObject } from './objects.ts'

/**
 * Containers that reserve nothing, or may take more memory than is reserved for them: then a full
 * node kills whoever it likes. CPU may go without a limit, which would only make requests slower.
 */
export const resourceFaults = (objects: readonly KubeObject[]): string[] =>
  containersOf(objects).flatMap(({ where, container: { resources = {} } }) => {
    const { requests = {}, limits = {} } = resources
    return [
      ...(requests['cpu'] === undefined ? [`${where}: no request of CPU`] : []),
      ...(requests['memory'] === undefined ? [`${where}: no request of memory`] : []),
      ...(limits['memory'] === undefined || limits['memory'] !== requests['memory']
        ? [`${where}: the limit of memory is not its request`]
        : []),
    ]
  })
