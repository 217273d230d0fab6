import { TOPICS } from '../../../billing/events.ts'
import { LEDGER_GROUP } from '../../../billing/ledger.ts'
import type { Watch } from '../log/watch.ts'

/**
 * What must be true at every moment, and what the end does not show: the sequence of transactions
 * forgives much of what goes wrong before it.
 */
export const watch = (alarm: (what: string) => void): Watch => {
  /** Where each process began to read a partition after its latest fence, if that was too early. */
  const early = new Map<string, string>()
  /** The latest fence of each owner that has not begun to read since. */
  const fences = new Map<string, number>()

  return {
    fenced: ({ name, connection }, id) => {
      fences.set(`${name} ${id}`, connection)
      early.delete(`${name} ${id}`)
    },
    fetched: ({ name, connection }, { topic, partition, offset }, committed) => {
      const owner = `${name} ${LEDGER_GROUP}-${TOPICS.transactions}-${partition}`
      // A request of an earlier reader may arrive late.
      const isFirst = connection > (fences.get(owner) ?? Number.POSITIVE_INFINITY)
      if (topic !== TOPICS.transactions || !isFirst) return
      fences.delete(owner)
      const done = committed(LEDGER_GROUP)
      if (offset < done) early.set(owner, `${topic}/${partition}@${offset}, with ${done} committed`)
    },
    ended: ({ name }, id, isCommit) => {
      const where = early.get(`${name} ${id}`)
      if (isCommit && where !== undefined) {
        alarm(`no-input-is-taken-twice: ${name} began at ${where}`)
      }
    },
    committed: ({ group, topic, partition, before, offset }) => {
      if (group === LEDGER_GROUP && offset < before) {
        alarm(`offsets-never-go-back: ${topic}/${partition} went from ${before} to ${offset}`)
      }
    },
  }
}
