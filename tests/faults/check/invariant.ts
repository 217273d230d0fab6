/** What is wrong, and with what: enough to find it in the dump. */
export type Violation = {
  /** The name of the invariant, in kebab-case. */
  invariant: string
  account?: string | undefined
  orderId?: number | undefined
  detail: string
  /** As `topic/partition@offset`. */
  records?: string[] | undefined
}

/** How much an invariant looked at (0 says that it proved nothing) and what it found. */
export type Finding = { looked: number; problems: Problem[] }
export type Problem = Omit<Violation, 'invariant'>

/** Something that must be true whatever happened. Pure: a dump gives the same finding each time. */
export type Invariant<View> = {
  name: string
  /** A sentence for people. */
  promise: string
  find: (view: View) => Finding
}
