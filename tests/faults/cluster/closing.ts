type Close = () => Promise<void>

/** What there is to be closed, in the order in which it was opened. */
export type Closing = { add: (...closes: Close[]) => void; close: Close }

/** The last is closed first, and what does not close keeps nothing else open. */
export const closingOf = (...closes: Close[]): Closing => ({
  add: (...more) => void closes.push(...more),
  async close() {
    const failures: unknown[] = []
    for (const close of closes.splice(0).toReversed()) {
      await close().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not all of it could be closed')
  },
})
