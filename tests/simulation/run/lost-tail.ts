import { count, type Environment } from './environment.ts'

/**
 * What the broker had not written to its disk when its machine went down. Only what nobody has
 * read yet can be lost without anyone having to look: who has acted on a record that is not there
 * any more halts.
 */
export const loseTails = (environment: Environment): void => {
  const { broker, world } = environment
  for (const topic of SENT_AGAIN) {
    for (const partition of broker.topics.get(topic) ?? []) {
      const lost = partition.batches.filter(({ first }) => first >= partition.shown)
      const from = lost[Math.floor(world.random.next() * lost.length)]
      if (from === undefined) continue
      world.trace?.(`log: loses ${topic}/${partition.partition} from ${from.first} on`)
      count(environment, 'tail lost')
      partition.truncateTo(from.first)
    }
  }
}

/** The topics whose records are sent again from Postgres. */
const SENT_AGAIN = ['order', 'bankTransaction'] as const
