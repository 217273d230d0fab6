/** Something that contradicts something else, and where. */
export type Finding = {
  /** What was compared, e.g. `journal`. */
  check: string
  account?: string
  sequence?: number
  orderId?: number
  /** `topic/partition@offset` */
  record?: string
  text: string
}

export type CheckReport = { check: string; looked: number; mismatches: number }

export type Findings = {
  /** Counts what was looked at. */
  looked: (check: string, count: number) => void
  found: (finding: Finding) => void
  checks: () => CheckReport[]
  list: () => readonly Finding[]
}

/** A system that is broken altogether is named by its first ones; the rest is only counted. */
const KEPT_MAX = 1_000

export const collectFindings = (): Findings => {
  const checks = new Map<string, CheckReport>()
  const kept: Finding[] = []
  const reportOf = (check: string): CheckReport => {
    const report = checks.get(check) ?? { check, looked: 0, mismatches: 0 }
    checks.set(check, report)
    return report
  }
  return {
    looked: (check, count) => {
      reportOf(check).looked += count
    },
    found: (finding) => {
      reportOf(finding.check).mismatches += 1
      if (kept.length < KEPT_MAX) kept.push(finding)
    },
    checks: () => [...checks.values()],
    list: () => kept,
  }
}
