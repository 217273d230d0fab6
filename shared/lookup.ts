import { batcher } from './batcher.ts'

/**
 * Looks up one row by its key. What is asked for while a statement is under way is asked together
 * in the next: one caller alone is answered at once, and under load dozens share a statement. Each
 * answer is from a statement that began after its question, so it is never older than that.
 */
export const lookup = <Key, Row>(
  find: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Row>>,
): ((key: Key) => Promise<Row | undefined>) =>
  batcher(
    async (keys: readonly Key[]) => {
      const found = await find([...new Set(keys)])
      return keys.map((key) => found.get(key))
    },
    { what: 'rows to be found', onWaiting: () => {} },
  )
