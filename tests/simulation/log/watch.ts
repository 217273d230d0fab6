import type { OnCommitted } from './offsets.ts'

/** What a client calls itself, and the number of its connection: later ones have higher ones. */
export type Client = { name: string; connection: number }

/** Told of what happens, as it happens. */
export type Watch = {
  /** A transactional id was taken over. */
  fenced: (client: Client, id: string) => void
  fetched: (
    client: Client,
    from: { topic: string; partition: number; offset: number },
    committed: (group: string) => number,
  ) => void
  /** A client decided its transaction. */
  ended: (client: Client, id: string, isCommit: boolean) => void
  committed: OnCommitted
}

const nothing = () => {}
export const NOBODY_WATCHES: Watch = {
  fenced: nothing,
  fetched: nothing,
  ended: nothing,
  committed: nothing,
}
