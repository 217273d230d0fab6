import type { Finding, Problem } from './invariant.ts'

type Examined = Finding & { name: string; promise: string }

/** Of one invariant; the rest says the same again. */
const SHOWN = 10

/** A table for people, or one line of JSON for programs. */
export const printReport = (report: readonly Examined[], isJson: boolean): void => {
  console.log(isJson ? JSON.stringify(summaryOf(report)) : textOf(report))
}

export const textOf = (report: readonly Examined[]): string => {
  const width = Math.max(...report.map(({ name }) => name.length))
  const lines = report.map(({ name, promise, looked, problems }) => {
    const mark = problems.length > 0 ? '✖' : looked > 0 ? '✔' : '–'
    return `${mark} ${name.padEnd(width)}  ${String(looked).padStart(8)}  ${promise}`
  })
  const violations = report.flatMap(({ name, problems }) => [
    ...problems.slice(0, SHOWN).map((problem) => `✖ ${name}: ${sentenceOf(problem)}`),
    ...(problems.length > SHOWN ? [`  … and ${problems.length - SHOWN} more of ${name}`] : []),
  ])
  const { looked, violations: count } = totalsOf(report)
  const total = `${report.length} invariants, ${looked} looks, ${count} violations`
  return [...lines, '', ...violations, total].join('\n')
}

export const summaryOf = (report: readonly Examined[]) => ({
  ...totalsOf(report),
  invariants: Object.fromEntries(
    report.map(({ name, looked, problems }) => [name, { looked, violations: problems.length }]),
  ),
  first: report.flatMap(({ name, problems }) =>
    problems.slice(0, 1).map((problem) => ({ invariant: name, ...problem })),
  ),
})

const totalsOf = (report: readonly Examined[]) => ({
  looked: report.reduce((sum, { looked }) => sum + looked, 0),
  violations: report.reduce((sum, { problems }) => sum + problems.length, 0),
})

export const sentenceOf = ({ account, orderId, detail, records = [] }: Problem): string => {
  const who = [account && `account ${account}`, orderId && `order ${orderId}`].filter(Boolean)
  const where = records.length > 0 ? ` [${records.join(', ')}]` : ''
  return `${who.length > 0 ? `${who.join(', ')}: ` : ''}${detail}${where}`
}
