import { parser } from '@prometheus-io/lezer-promql'

export type Selector = { metric: string; matchers: { label: string; op: string; value: string }[] }

export type Query = {
  selectors: Selector[]
  /** Labels of every `by (…)`. */
  grouping: string[]
}

/** Grafana's own words for a length of time, which Prometheus never sees. */
const VARIABLES = /\$__rate_interval|\$__range/g

/** What a PromQL expression asks for. Throws when it is none. */
export const readQuery = (written: string): Query => {
  const expr = written.replaceAll(VARIABLES, '5m')
  const query: Query = { selectors: [], grouping: [] }
  const tree = parser.parse(expr)
  tree.iterate({
    enter: ({ type, from, to, node }) => {
      const text = expr.slice(from, to)
      const childText = (name: string): string => {
        const child = node.getChild(name)
        return child === null ? '' : expr.slice(child.from, child.to)
      }
      if (type.isError) throw new Error(`not PromQL at ${from}: ${expr}`)
      if (type.name === 'VectorSelector') {
        query.selectors.push({ metric: childText('Identifier'), matchers: [] })
      }
      if (type.name === 'UnquotedLabelMatcher') {
        query.selectors.at(-1)?.matchers.push({
          label: childText('LabelName'),
          op: childText('MatchOp'),
          value: childText('StringLiteral').slice(1, -1),
        })
      }
      if (type.name === 'GroupingLabels') {
        query.grouping.push(...(text.match(/\w+/g) ?? []))
      }
    },
  })
  return query
}
