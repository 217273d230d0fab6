import * as v from 'valibot'
import { type Tail, tail } from '../../../deploy/local/tail.ts'

const Assigned = v.object({
  msg: v.literal('partitions assigned'),
  groupId: v.string(),
  partitions: v.array(v.number()),
})

/** Which partitions a process last said it had, by group. One that is dead had them to the end. */
export type Assignments = { of: (groupId: string) => readonly number[]; stop: () => void }

/** Follows the log of a service. */
export const followAssignments = (logFile: string): Assignments => {
  const latest = new Map<string, readonly number[]>()
  const following: Tail = tail(logFile, (line) => {
    const assigned = parse(line)
    if (assigned) latest.set(assigned.groupId, assigned.partitions)
  })
  return { of: (groupId) => latest.get(groupId) ?? [], stop: following.stop }
}

const parse = (line: string): v.InferOutput<typeof Assigned> | undefined => {
  if (!line.includes('partitions assigned')) return undefined
  try {
    const result = v.safeParse(Assigned, JSON.parse(line))
    return result.success ? result.output : undefined
  } catch {
    // The last line of a process that was killed may be half a line.
    return undefined
  }
}
