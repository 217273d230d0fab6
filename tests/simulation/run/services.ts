import { type ReadAccount, readAccount } from '../../../billing/accounts.ts'
import type { Admission, DepositRequest } from '../../../billing/domain/admission.ts'
import { billingLoops } from '../../../billing/loops.ts'
import { record } from '../../../billing/record.ts'
import type { BillingStore } from '../../../billing/store.ts'
import { notificationLoops } from '../../../notification/loops.ts'
import type { Decided } from '../../../notification/messages.ts'
import type { OrderRequest, Placement } from '../../../order/domain/order.ts'
import { orderLoops } from '../../../order/loops.ts'
import { type OrderView, placeOrders } from '../../../order/orders.ts'
import { batcher } from '../../../shared/batcher.ts'
import type { Health } from '../../../shared/health.ts'
import type { Part } from '../../../shared/lifecycle.ts'
import type { Log } from '../../../shared/log.ts'
import { inertTracer } from '../../../shared/tracing/tracer.ts'
import { bell } from '../../../shared/wait.ts'
import { kafkaInMemory } from '../log/client.ts'
import { memoryBillingStore } from '../store/billing-store.ts'
import { memoryMessages } from '../store/message-store.ts'
import { memoryOrderStore } from '../store/order-store.ts'
import { memoryOutbox } from '../store/outbox.ts'
import { Pool } from '../store/pool.ts'
import type { Process } from '../world/queue.ts'
import type { Environment } from './environment.ts'
import type { ServiceName } from './scenario.ts'

/** What a service does for its clients, below HTTP. */
export type Api = Partial<{
  open: BillingStore['open']
  deposit: (request: DepositRequest) => Promise<Admission>
  read: ReadAccount
  place: (request: OrderRequest) => Promise<Placement>
  findOrder: (orderId: number) => Promise<OrderView | undefined>
  findMessage: (orderId: number) => Promise<Decided | undefined>
}>

export type Service = { parts: Part[]; api: Api }

export type ServiceOptions = {
  environment: Environment
  process: Process
  health: Health
  log: Log
  onCrashed: (error: Error) => void
}

/** As by default: longer than any transaction may take. */
const SWEEP_AFTER_MS = 15_000
const BALANCE_DEADLINE_MS = 2_000
const CONNECTIONS = 10

/** Puts a service together as its main.ts does, on a log and a store in memory. */
export const assemble = (name: ServiceName, options: ServiceOptions): Service => {
  const { environment, process, health, log, onCrashed } = options
  const { world, broker, stores, weather, scenario } = environment
  const database = stores.databases[name]
  const inDatabase = { world, database, process, weather: () => weather.postgres }
  const pool = new Pool({ ...inDatabase, connections: CONNECTIONS })
  const common = {
    kafka: kafkaInMemory({ world, broker, process, weather: () => weather.log }),
    partitions: scenario.partitions,
    sweepAfterMs: SWEEP_AFTER_MS,
    tracer: inertTracer,
    health,
    log,
    onCrashed,
  }
  switch (name) {
    case 'order':
      return order(common, pool, memoryOutbox(inDatabase, stores.order.outbox), environment)
    case 'billing':
      return billing(common, pool, memoryOutbox(inDatabase, stores.billing.outbox), environment)
    case 'notification': {
      const { keep, find } = memoryMessages(pool, stores.notification)
      return { parts: notificationLoops({ ...common, keep }), api: { findMessage: find } }
    }
    default:
      throw new Error(`no service ${String(name satisfies never)}`)
  }
}

type Common = Omit<Parameters<typeof orderLoops>[0], 'store' | 'openSession' | 'enqueued'>
type OpenSession = ReturnType<typeof memoryOutbox>

const order = (
  common: Common,
  pool: Pool,
  openSession: OpenSession,
  { stores }: Environment,
): Service => {
  const enqueued = bell()
  const store = memoryOrderStore(pool, stores.order, stores.databases.order.isLocked)
  return {
    parts: orderLoops({ ...common, store, openSession, enqueued }),
    api: { place: batcher(placeOrders(store, enqueued.ring)), findOrder: store.find },
  }
}

const billing = (
  common: Common,
  pool: Pool,
  openSession: OpenSession,
  { stores }: Environment,
): Service => {
  const enqueued = bell()
  const store = memoryBillingStore(pool, stores.billing, stores.databases.billing)
  const recorded = record(store, enqueued.ring)
  return {
    parts: billingLoops({ ...common, store, openSession, recorded, enqueued }),
    api: {
      open: store.open,
      deposit: batcher(recorded),
      read: readAccount(store.find, BALANCE_DEADLINE_MS),
    },
  }
}
