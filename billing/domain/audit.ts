import { type Account, decide, evolve, type LastTransaction, type Transaction } from './account.ts'

/** A line of the journal as it is stored: what was decided, and the balance after it. */
export type Line = {
  transaction: Transaction
  state: 'APPROVED' | 'REJECTED'
  reason: string | null
  balance: bigint
}

/** A line with all that has to agree with it. */
export type LineInContext = {
  line: Line
  /** Number and balance of the account's line before it, if there is one. */
  before: { sequence: number; balance: bigint } | undefined
  /** What was accepted under this number. */
  accepted: Transaction | undefined
  /** The account's cached row. */
  cached: Account | undefined
}

/** What is wrong with a line of the journal, in words; nothing when it is right. */
export const problemsOfLine = ({ line, before, accepted, cached }: LineInContext): string[] => {
  const { transaction } = line
  const { account, sequence } = transaction
  const problems: string[] = []
  if (accepted === undefined) {
    problems.push('no transaction was accepted under this number')
  } else if (!isSame(accepted, transaction)) {
    problems.push(
      `the journal says ${nameOf(transaction)}, but what was accepted is ${nameOf(accepted)}`,
    )
  }
  if (sequence !== (before?.sequence ?? 0) + 1) {
    problems.push(`the line before it is ${before?.sequence ?? 'missing'}`)
    return problems
  }
  const balance = before?.balance ?? 0n
  if (transaction.amount <= 0n || balance < 0n) {
    problems.push(`${transaction.amount} cannot be moved on a balance of ${balance}`)
    return problems
  }
  const expected = lineOf(
    { account, sequence: sequence - 1, balance, last: undefined },
    transaction,
  )
  if (expected === undefined || !isSameDecision(expected, line)) {
    const wanted = expected === undefined ? 'nothing' : decisionOf(expected)
    problems.push(`the journal says ${decisionOf(line)}, after ${balance} it had to be ${wanted}`)
  }
  if (cached?.sequence === sequence && !isRowOf(line, cached)) {
    problems.push(`the cached balance is ${cached.balance}, the journal says ${line.balance}`)
  }
  return problems
}

/** The line that deciding a transaction on a state makes; undefined when it is not its turn. */
export const lineOf = (state: Account, transaction: Transaction): Line | undefined => {
  const decision = decide(state, transaction)
  if (decision.type === 'repeated' || decision.type === 'gap') return undefined
  const after = evolve(state, decision)
  return {
    transaction,
    state: decision.type === 'rejected' ? 'REJECTED' : 'APPROVED',
    reason: decision.type === 'rejected' ? decision.reason : null,
    balance: after.balance,
  }
}

const isSameDecision = (a: Line, b: Line): boolean =>
  a.state === b.state && a.reason === b.reason && a.balance === b.balance

const decisionOf = ({ state, balance }: Line): string => `${state} with a balance of ${balance}`

/** Whether an account's row is what this line leaves behind. */
export const isRowOf = ({ transaction, state, balance }: Line, row: Account): boolean =>
  row.balance === balance &&
  row.last !== undefined &&
  isSameLast(row.last, lastOf(transaction, state))

const lastOf = (transaction: Transaction, state: Line['state']): LastTransaction => ({
  amount: transaction.type === 'deposit' ? transaction.amount : -transaction.amount,
  hash: transaction.hash,
  orderId: transaction.type === 'deposit' ? undefined : transaction.orderId,
  state,
})

const isSameLast = (a: LastTransaction, b: LastTransaction): boolean =>
  a.amount === b.amount && a.hash === b.hash && a.orderId === b.orderId && a.state === b.state

export const isSame = (a: Transaction, b: Transaction): boolean => nameOf(a) === nameOf(b)

/** A transaction in one line, with everything that makes it that one and no other. */
export const nameOf = (transaction: Transaction): string => {
  const { type, account, sequence, hash, amount } = transaction
  const order = transaction.type === 'payment' ? ` for order ${transaction.orderId}` : ''
  return `${type} ${sequence} of ${account}: ${amount}${order} (${hash})`
}

/** The ends of what is known of an account; 0 where there is nothing. */
export type Ends = {
  /** The number given last, as the account itself says. */
  counted: number
  /** The number of its last transaction. */
  accepted: number
  /** The number of its last line in the journal. */
  journaled: number
  /** The number that its cached balance is of. */
  cached: number
}

/**
 * `isSure`: false for what a projection that is behind looks like, too: then it counts only when
 * nothing moves any more.
 */
export type EndProblem = { text: string; isSure: boolean }

export const problemsOfEnds = ({ counted, accepted, journaled, cached }: Ends): EndProblem[] => {
  const problems: EndProblem[] = []
  const sure = (text: string) => problems.push({ text, isSure: true })
  if (counted !== accepted) sure(`it counts ${counted} transactions, the last one is ${accepted}`)
  if (journaled > accepted) sure(`the journal has line ${journaled}, the books end at ${accepted}`)
  if (cached > accepted) sure(`the balance is of ${cached}, the books end at ${accepted}`)
  if (journaled !== cached && problems.length === 0) {
    problems.push({
      text: `the journal ends at ${journaled}, the cached balance is of ${cached}`,
      isSure: false,
    })
  }
  return problems
}
