import { Gauge } from 'prom-client'

/** How far a consumer is behind in the partitions that it has now. */
export type Lag = {
  /** `next` is the first offset that is not done, `end` one past the last record. */
  observe: (topic: string, partition: number, next: bigint, end: bigint) => void
  /** These partitions are no longer, or not surely, this consumer's. */
  forget: () => void
}

export const trackLag = (consumer: string): Lag => {
  const observed = new Map<string, { consumer: string; topic: string; partition: number }>()
  return {
    observe: (topic, partition, next, end) => {
      const labels = { consumer, topic, partition }
      observed.set(`${topic}/${partition}`, labels)
      lag.set(labels, end > next ? Number(end - next) : 0)
    },
    forget: () => {
      for (const labels of observed.values()) lag.remove(labels)
      observed.clear()
    },
  }
}

const lag = new Gauge({
  name: 'consumer_lag_records',
  help: 'Records of a partition that a consumer has not done yet, as of its latest fetch; the markers of transactions count as records.',
  labelNames: ['consumer', 'topic', 'partition'],
})
