import colors from 'picocolors'
import { secondsSince } from '../local/progress.ts'
import { table } from '../local/table.ts'
import { findPlaces } from '../places/places.ts'
import { withDatabases } from '../places/sql.ts'
import { runTool } from '../places/tool.ts'
import type { Audit } from './audit.ts'
import { verifyAccounts, verifyJournal, verifyOutboxes } from './books.ts'
import { collectFindings, type Finding, type Findings } from './findings.ts'
import { type Options, parse } from './options.ts'
import { verifyOrders, verifyOrigins } from './orders.ts'
import { verifyOrderTopic, verifyOutcomes } from './outcomes.ts'
import { atOnce, gently } from './pace.ts'
import { verifyTopics } from './topics.ts'

const HELP = `Audits a system while it runs: that its books, topics, statuses and messages agree.

  bun run verify [--json] [--late SECONDS] [--fast] [--folder DIR]

  --json           the report for machines
  --late SECONDS   what was accepted and is not done after so long is a mismatch (default 300);
                   before that it is only on its way
  --fast           without rests: for a system that nobody else needs
  --folder DIR     of the system that \`bun run up --folder DIR\` runs; otherwise the environment
                   says where things are (KAFKA_BROKERS, ORDER_DATABASE_URL and the like)

Changes nothing. The exit code is 0 when all agrees, 1 when something does not or could not be
read, 2 when the command line is wrong.
`

/** Each by itself; together they go all the way round. */
const CHECKS: readonly { what: string; run: (audit: Audit) => Promise<void> }[] = [
  { what: 'the journal folded again = transactions = balances', run: verifyJournal },
  { what: 'accounts: numbers, deposits, what is applied', run: verifyAccounts },
  { what: 'topics = tables: transactions, journal, balances', run: verifyTopics },
  { what: 'topic of the orders = orders', run: verifyOrderTopic },
  { what: 'orders = decisions = messages', run: verifyOrders },
  { what: 'payments and messages have an order', run: verifyOrigins },
  { what: 'topics of the outcomes = journal = statuses = messages', run: verifyOutcomes },
  { what: 'outboxes are drained', run: verifyOutboxes },
]
const SHOWN_MAX = 50

const main = async (options: Options): Promise<number> => {
  const findings = await verify(options)
  const mismatches = findings.checks().reduce((sum, check) => sum + check.mismatches, 0)
  console.log(options.json ? asJson(findings, mismatches) : asText(findings, mismatches))
  return mismatches === 0 ? 0 : 1
}

const verify = async ({ folder, json, fast, lateSeconds }: Options): Promise<Findings> => {
  const places = findPlaces(folder, process.env)
  const findings = collectFindings()
  const pace = fast ? atOnce() : gently()
  await withDatabases(places, 'verify', async (databases) => {
    const audit = { kafka: places.kafka, databases, findings, pace, lateSeconds }
    for (const { what, run } of CHECKS) {
      const startedAt = performance.now()
      const before = findings.list().length
      await run(audit)
      const mark = findings.list().length === before ? colors.green('✔') : colors.red('✖')
      if (!json) console.log(`${mark} ${what} [${secondsSince(startedAt)}]`)
    }
  })
  return findings
}

const asJson = (findings: Findings, mismatches: number): string =>
  JSON.stringify({ mismatches, checks: findings.checks(), findings: findings.list() }, null, 2)

const asText = (findings: Findings, mismatches: number): string => {
  const rows = findings
    .checks()
    .map(({ check, looked, mismatches: wrongOnes }) => [check, String(looked), String(wrongOnes)])
  const shown = findings.list().slice(0, SHOWN_MAX).map(lineOf)
  const more = mismatches - shown.length
  return [
    '',
    table([['', 'looked at', 'mismatches'], ...rows]),
    '',
    ...shown.map((line) => colors.red(line)),
    ...(more > 0 ? [`… and ${more} more: --json has ${findings.list().length} of them`] : []),
    mismatches === 0 ? 'Everything agrees.' : `${mismatches} mismatches.`,
  ].join('\n')
}

const lineOf = ({ check, account, sequence, orderId, record, text }: Finding): string => {
  const where = [
    account,
    sequence === undefined ? undefined : `number ${sequence}`,
    orderId === undefined ? undefined : `order ${orderId}`,
    record,
  ].filter((part) => part !== undefined)
  return `${check}: ${where.join(', ')}: ${text}`
}

await runTool({ name: 'verify', help: HELP, parse, run: main })
