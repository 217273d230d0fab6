import { openConditions } from './conditions.ts'
import type { ProxyOptions } from './kafka-proxy.ts'
import { type Losses, type Order, openLosses } from './losses.ts'
import { withNetwork } from './network.ts'
import { openSplitters, type PostgresMessage, parametersOf, textsOf } from './postgres-messages.ts'
import { type Inspectors, startTcpProxy } from './tcp-proxy.ts'
import type { PostgresCall, PostgresProxy } from './types.ts'

/** Stands before a Postgres without TLS and can lose single statements, commits above all. */
export const startPostgresProxy = async (options: ProxyOptions): Promise<PostgresProxy> => {
  const { port, upstreamPort, random = Math.random } = options
  const conditions = openConditions(random)
  const losses = openLosses<PostgresCall>(
    ({ statement }, name) => name === 'any' || isCommit(statement),
  )
  const tcp = await startTcpProxy({
    port,
    upstreamPort,
    conditions,
    inspect: () => inspectPostgres(losses),
  })
  return withNetwork(tcp, conditions, losses)
}

const isCommit = (statement: string): boolean =>
  /^\s*(commit|end)\b(?!\s+prepared)/i.test(statement)

/** What the server still owes an answer to: a query, one execution, or the end of a series. */
type Owed = { kind: 'Q' | 'E' | 'S'; lost?: { order: Order<PostgresCall>; call: PostgresCall } }

const inspectPostgres = (losses: Losses<PostgresCall>): Inspectors => {
  const { fromClient, fromServer } = openSplitters()
  const follow = followStatements()
  const owed: Owed[] = []
  /** The reply that is being lost: it is over when the server is ready for the next statement. */
  let losing: Owed['lost']

  const forgive = (count: number): void => {
    for (const { lost } of owed.splice(0, count)) if (lost) losses.giveBack(lost.order)
  }

  /** True when the statement must not reach the server. */
  const loses = (kind: 'Q' | 'E', call: PostgresCall): boolean => {
    const order = losses.take(call)
    if (order?.way === 'request') {
      losses.record(order, call, 'unseen')
      return true
    }
    owed.push({ kind, ...(order && { lost: { order, call } }) })
    return false
  }

  const settle = (message: PostgresMessage): void => {
    const [head] = owed
    if (message.kind === 'C' && head?.lost && isExecuted(head.lost, message)) {
      losing = head.lost
      delete head.lost
    }
    if (message.kind === 'Z') forgive(owed.findIndex(({ kind }) => kind !== 'E') + 1)
    // After an error the server skips the rest of the series.
    else if (message.kind === 'E') forgive(owed.findIndex(({ kind }) => kind !== 'E'))
    else if (COMPLETIONS.has(message.kind) && head?.kind === 'E') forgive(1)
  }

  return {
    fromClient(bytes) {
      const passed: Buffer[] = []
      for (const message of fromClient(bytes)) {
        const call = follow(message)
        if (message.kind === 'S') owed.push({ kind: 'S' })
        if (call && loses(message.kind === 'Q' ? 'Q' : 'E', call)) {
          return { bytes: passed, cut: true }
        }
        passed.push(message.bytes)
      }
      return { bytes: passed }
    },
    fromServer(bytes) {
      const passed: Buffer[] = []
      for (const message of fromServer(bytes)) {
        settle(message)
        if (losing === undefined) passed.push(message.bytes)
        else if (message.kind === 'Z') {
          losses.record(losing.order, losing.call, 'done')
          losing = undefined
          return { bytes: passed, cut: true }
        }
      }
      return { bytes: passed }
    },
    ended() {
      if (losing) losses.giveBack(losing.order)
      forgive(owed.length)
    },
  }
}

/** CommandComplete, EmptyQueryResponse, PortalSuspended. */
const COMPLETIONS = new Set(['C', 'I', 's'])

/** A COMMIT of a transaction that had failed is answered with ROLLBACK: that one did not happen. */
const isExecuted = ({ order }: { order: { name: string } }, message: PostgresMessage): boolean =>
  order.name === 'any' || textsOf(message, 1)[0] === 'COMMIT'

/** Tells of each message from the client which statement it has run, if it has one run. */
const followStatements = (): ((message: PostgresMessage) => PostgresCall | undefined) => {
  const prepared = new Map<string, string>()
  const portals = new Map<string, string>()
  let session: Map<string, string> | undefined
  return (message) => {
    const [first = '', second = ''] = textsOf(message, message.kind === 'startup' ? 0 : 2)
    const { kind } = message
    if (kind === 'startup') session = parametersOf(message)
    if (kind === 'P') prepared.set(first, second)
    if (kind === 'B') portals.set(first, prepared.get(second) ?? '')
    if (kind !== 'Q' && kind !== 'E') return undefined
    return {
      statement: kind === 'Q' ? first : (portals.get(first) ?? ''),
      database: session?.get('database'),
      application: session?.get('application_name'),
    }
  }
}
