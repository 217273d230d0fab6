export type Severity =
  /** Somebody is woken: clients are turned away, or money does not move. */
  | 'critical'
  /** Somebody looks on the next working day. */
  | 'warning'

export type Alert = {
  /** Its section in the operations guide has the same name. */
  name: string
  severity: Severity
  /** PromQL. What it yields keeps the labels that `summary` names. */
  expr: string
  /** How long it has to be so, as Prometheus writes it: `5m`. */
  lasting: string
  /** One line for a pager. */
  summary: string
  /** What it means for clients and what to look at first. */
  description: string
}

/** An alert as Prometheus and the PrometheusRule of the operator want it. */
export const ruleOf = (
  job: string,
  { name, severity, expr, lasting, summary, description }: Alert,
) => ({
  alert: name,
  expr: expr.trim().replaceAll(/\s+/g, ' '),
  for: lasting,
  // Not every expression keeps the label `job`, and whoever routes alerts needs one that is there.
  labels: { severity, service: job },
  annotations: {
    summary,
    description: description.trim().replaceAll(/\s+/g, ' '),
    runbook_url: `deploy/OPERATIONS.md#${name.toLowerCase()}`,
  },
})
