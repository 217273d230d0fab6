import * as v from 'valibot'
import type { RunCommand } from '../run-command.ts'
import { NAMESPACES } from './names.ts'

/** What the kubelet tells of its pods (`/stats/summary`); needs no metrics server. */
const Summary = v.object({
  pods: v.array(
    v.object({
      podRef: v.object({ name: v.string(), namespace: v.string() }),
      memory: v.optional(v.object({ workingSetBytes: v.optional(v.number()) })),
    }),
  ),
})

/** MiB of the working set of each of our pods, by namespace and name. */
export const podMemory = async (run: RunCommand): Promise<Record<string, number>> => {
  const nodes = (await run(['kubectl', 'get', 'nodes', '--output=name'])).trim().split('\n')
  const pods = await Promise.all(
    nodes.map(async (node) => {
      const path = `/api/v1/nodes/${node.replace('node/', '')}/proxy/stats/summary`
      return v.parse(Summary, JSON.parse(await run(['kubectl', 'get', '--raw', path]))).pods
    }),
  )
  return Object.fromEntries(
    pods
      .flat()
      .filter(({ podRef }) => NAMESPACES.some((name) => name === podRef.namespace))
      .map(({ podRef, memory }) => [
        `${podRef.namespace}/${podRef.name}`,
        Math.round((memory?.workingSetBytes ?? 0) / 2 ** 20),
      ]),
  )
}
