/**
 * Starts something at its first use and hands the same to everyone in this process. After a
 * failure the next use tries again, so that each test reports why it cannot run.
 */
export const once = <T>(start: () => Promise<T>): (() => Promise<T>) => {
  let started: Promise<T> | undefined
  return async () => {
    started ??= start()
    try {
      return await started
    } catch (error) {
      started = undefined
      throw error
    }
  }
}
