import { Counter } from 'prom-client'

/** What the sweepers sent again because it was not done in time. */
export const resent = new Counter({
  name: 'sweeper_resent_total',
  help: 'Messages enqueued again because what they ask for was not done in time.',
})
