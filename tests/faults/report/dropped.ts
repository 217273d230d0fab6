import { pause } from '../../../shared/wait.ts'

/** Adds up a counter of processes that come and go. */
export type CounterWatch = {
  /** Answers how far it rose. */
  stop: () => Promise<number>
}

const EVERY_MS = 1_000

/**
 * A counter starts at zero with its process, so what is added is how far it rose since the last
 * look; what it rose after the last look before a kill is never seen. Hence the total is at least
 * this, never less.
 */
export const watchCounter = (
  opsUrls: readonly string[],
  series: string,
  everyMs = EVERY_MS,
): CounterWatch => {
  const stopping = new AbortController()
  let total = 0
  const follow = async (opsUrl: string): Promise<void> => {
    let last = 0
    for (let isLast = false; !isLast; ) {
      await pause(everyMs, stopping.signal)
      // What rose since the look before counts, too.
      isLast = stopping.signal.aborted
      const value = await valueOf(opsUrl, series)
      if (value !== undefined) {
        total += value >= last ? value - last : value
        last = value
      }
    }
  }
  const running = opsUrls.map(follow)
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
      return total
    },
  }
}

const valueOf = async (opsUrl: string, series: string): Promise<number | undefined> => {
  try {
    const signal = AbortSignal.timeout(2_000)
    const text = await (await fetch(`${opsUrl}/metrics`, { signal, keepalive: false })).text()
    const line = text.split('\n').find((each) => each.startsWith(`${series} `))
    return line === undefined ? undefined : Number(line.slice(series.length + 1))
  } catch {
    // It is down, or asleep.
    return undefined
  }
}
