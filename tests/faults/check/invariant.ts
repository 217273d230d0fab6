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

/** Looks at each item by itself. */
export const each = <T>(items: Iterable<T>, look: (item: T) => readonly Problem[]): Finding => {
  const problems: Problem[] = []
  let looked = 0
  for (const item of items) {
    looked += 1
    problems.push(...look(item))
  }
  return { looked, problems }
}

/** One finding of several. */
export const together = (...findings: readonly Finding[]): Finding => ({
  looked: findings.reduce((sum, { looked }) => sum + looked, 0),
  problems: findings.flatMap(({ problems }) => problems),
})

/** The last line is reached only when all before it is true; `undefined` is no problem. */
export const some = (...problems: readonly (Problem | false | undefined)[]): Problem[] =>
  problems.filter((problem) => problem !== false && problem !== undefined)
