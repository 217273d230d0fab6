/** Says on standard output what is going on, and how long it took. */
export const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const start = performance.now()
  process.stdout.write(`${what} ... `)
  const result = await work()
  process.stdout.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`)
  return result
}
