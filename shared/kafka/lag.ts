import { Gauge } from 'prom-client'

/** How far a consumer is behind in the partitions that it has now. */
export type Lag = {
  /**
   * `next` is the first offset that is not done, `end` one past the last record. `stable`, where
   * it is known, is the offset at which the first open transaction begins.
   */
  observe: (topic: string, partition: number, next: bigint, end: bigint, stable?: bigint) => void
  /** These partitions are no longer, or not surely, this consumer's. */
  forget: () => void
}

export const trackLag = (consumer: string): Lag => {
  const observed = new Map<string, { consumer: string; topic: string; partition: number }>()
  return {
    observe: (topic, partition, next, end, stable) => {
      const labels = { consumer, topic, partition }
      observed.set(`${topic}/${partition}`, labels)
      lag.set(labels, between(next, end))
      if (stable !== undefined) unstable.set({ topic, partition }, between(stable, end))
    },
    forget: () => {
      for (const labels of observed.values()) {
        lag.remove(labels)
        unstable.remove({ topic: labels.topic, partition: labels.partition })
      }
      observed.clear()
    },
  }
}

const between = (from: bigint, to: bigint): number => (to > from ? Number(to - from) : 0)

const lag = new Gauge({
  name: 'consumer_lag_records',
  help: 'Records of a partition that a consumer has not done yet, as of its latest fetch; the markers of transactions count as records.',
  labelNames: ['consumer', 'topic', 'partition'],
})
const unstable = new Gauge({
  name: 'log_unstable_records',
  help: 'Records of a partition at or behind the start of its first open transaction (the gap between last stable offset and end): nobody who reads committed sees them yet.',
  labelNames: ['topic', 'partition'],
})
