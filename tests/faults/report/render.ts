import type { Percentiles } from '../../bench/percentiles.ts'
import { facts, milliseconds, table, whole } from '../../bench/table.ts'
import { holds, type Report, type Tally } from './report.ts'

/** A report for people. */
export const render = (report: Report): string =>
  [
    operations(report),
    tallies('fault', report.faults),
    tallies('crash point', report.points),
    recoveries(report),
    facts(Object.entries(report.totals).map(([name, count]) => [words(name), whole(count)])),
    facts(Object.entries(report.sightings).map(([name, count]) => [words(name), whole(count)])),
    verdict(report),
  ].join('\n\n')

const operations = ({ operations: { ok, failed, unknown, perSecond } }: Report): string =>
  facts([
    ['operations acknowledged', whole(ok + failed)],
    ['  done', whole(ok)],
    ['  refused', whole(failed)],
    ['operations nobody can tell of', whole(unknown)],
    ['acknowledged per second', whole(perSecond)],
  ])

const tallies = (what: string, list: readonly Tally[]): string =>
  table([
    [what, 'planned', 'done', 'hits'],
    ...list.map(({ name, planned, done, hits }) => [name, ...[planned, done, hits].map(whole)]),
  ])

const recoveries = ({ recoveries: { services, surroundings, restarts } }: Report): string =>
  table([
    ['from … to …', 'times', 'p50', 'p99', 'max'],
    ['a kill of services to the first decision', ...times(services.first)],
    ['… to a decision in each orphaned partition', ...times(services.owners)],
    ['a kill of broker or Postgres to the first decision', ...times(surroundings.first)],
    ['… to a decision in each partition', ...times(surroundings.owners)],
    ['the end of a graceful stop to the first decision', ...times(restarts.first)],
    ['… to a decision in each partition it had', ...times(restarts.owners)],
  ])

const times = (found: Percentiles | undefined): string[] =>
  found === undefined
    ? ['0', '-', '-', '-']
    : [whole(found.samples), ...[found.p50, found.p99, found.max].map(milliseconds)]

const SHOWN_MAX = 20

const verdict = (report: Report): string => {
  const { violations, vacuous } = report
  const shown = violations
    .slice(0, SHOWN_MAX)
    .map(({ invariant, account, orderId, detail, records }) =>
      [
        `✗ ${invariant}`,
        account !== undefined && `account ${account}`,
        orderId !== undefined && `order ${orderId}`,
        detail,
        records !== undefined && records.join(' '),
      ]
        .filter(Boolean)
        .join(': '),
    )
  return [
    ...shown,
    ...(violations.length > SHOWN_MAX ? [`… and ${violations.length - SHOWN_MAX} more`] : []),
    ...vacuous.map((thing) => `✗ vacuous: the run never saw ${thing}`),
    holds(report)
      ? `✔ seed ${report.seed}: nothing lost, nothing doubled`
      : `✗ seed ${report.seed}: ${violations.length} violations`,
  ].join('\n')
}

const words = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
