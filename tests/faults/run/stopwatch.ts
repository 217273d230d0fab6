/** Does something under a name, tells how long it took, and remembers it. */
export type Stopwatch = {
  <T>(name: string, work: () => Promise<T>): Promise<T>
  seconds: Record<string, number>
}

export const stopwatch = (say: (sentence: string) => void): Stopwatch => {
  const seconds: Record<string, number> = {}
  const took = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now()
    try {
      return await work()
    } finally {
      const tenths = Math.round((performance.now() - start) / 100)
      seconds[name] = tenths / 10
      say(`${name}: ${seconds[name]} s`)
    }
  }
  return Object.assign(took, { seconds })
}
