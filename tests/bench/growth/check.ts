import type { System } from '../../../deploy/local/system.ts'
import { type Databases, withDatabases } from '../../../deploy/places/sql.ts'
import { verifyOutboxes } from '../../../deploy/verify/books.ts'
import { collectFindings } from '../../../deploy/verify/findings.ts'
import { verifyOrderTopic, verifyOutcomes } from '../../../deploy/verify/outcomes.ts'
import { atOnce } from '../../../deploy/verify/pace.ts'
import { audit } from '../outcomes.ts'
import { contradictionsIn, extraRows } from './books.ts'
import { contractOf, type Stand, urlsOf } from './stand.ts'

const DEADLINE_MS = 120_000
const LATE_SECONDS = 0

/**
 * A sentence for each order of all rounds that is lost, doubled or decided wrongly, for each
 * balance that is not what they leave, and for whatever contradicts in what was written. What was
 * filled in stays out of it, or looking at it would take longer than all that is measured.
 */
export const wrongIn = async (stand: Stand, system: System): Promise<string[]> => {
  const { accepted } = stand
  const accounts = [...new Set(accepted.map(({ account }) => account))]
  const orders = { accepted, uncertain: new Set<string>() }
  const found = await audit(contractOf(system), orders, accounts, DEADLINE_MS)
  return [
    ...found.missing.map((id) => `order ${id} is not decided, or not told`),
    ...found.wrong.map((id) => `order ${id} is decided or told wrongly`),
    ...found.unbalanced.map((account) => `${account} has not what its orders leave`),
    ...(await withDatabases(placesOf(system), 'verify', async (databases) => [
      ...(await extraRows(databases, stand.size, accepted.length)),
      ...(await contradictionsIn(databases.billing, stand.size, accounts)),
      ...(await topicsAgainstTables(system, databases)),
    ])),
  ]
}

const placesOf = ({ broker, server }: System) => {
  const { order, billing, notification } = urlsOf(server.adminUrl)
  return {
    kafka: { brokers: broker.brokers.split(',') },
    databases: {
      order: { url: order },
      billing: { url: billing },
      notification: { url: notification },
    },
    partitions: 1,
  }
}

const topicsAgainstTables = async (system: System, databases: Databases): Promise<string[]> => {
  const findings = collectFindings()
  const { kafka } = placesOf(system)
  const looking = { kafka, databases, findings, pace: atOnce(), lateSeconds: LATE_SECONDS }
  for (const check of [verifyOrderTopic, verifyOutcomes, verifyOutboxes]) await check(looking)
  return findings
    .list()
    .map(({ check, record, text }) => [check, record, text].filter(Boolean).join(' '))
}
