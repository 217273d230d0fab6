import { join } from 'node:path'
import { postgresStore as billingPostgres } from '../../../billing/postgres-store.ts'
import type { BillingStore } from '../../../billing/store.ts'
import { findMessage, type KeepMessages, keepMessages } from '../../../notification/messages.ts'
import { postgresStore as orderPostgres } from '../../../order/postgres-store.ts'
import type { OrderStore } from '../../../order/store.ts'
import { type Database, openDatabase } from '../../../shared/database.ts'
import { migrate } from '../../../shared/migrations.ts'
import { type OpenOutboxSession, outboxSession } from '../../../shared/outbox/session.ts'
import { freshDatabase } from '../../support/postgres.ts'
import { memoryBillingStore } from '../store/billing-store.ts'
import { billingTables } from '../store/billing-tables.ts'
import { MemoryDatabase } from '../store/database.ts'
import { memoryMessages, messageTables } from '../store/message-store.ts'
import { memoryOrderStore, orderTables } from '../store/order-store.ts'
import { memoryOutbox } from '../store/outbox.ts'
import { Pool } from '../store/pool.ts'
import { inVirtualTime } from './virtual.ts'

/** The stores of the services, each on an empty database; the outbox is that of order. */
export type StoreSubject = {
  order: OrderStore
  billing: BillingStore
  messages: {
    keep: KeepMessages
    find: (orderId: number) => Promise<{ outcome: string } | undefined>
  }
  openSession: OpenOutboxSession
}

export type StoreSubjects = readonly [
  string,
  (body: (subject: StoreSubject) => Promise<void>) => Promise<void>,
][]

const CONNECTIONS = 10

const inMemory = (body: (subject: StoreSubject) => Promise<void>): Promise<void> =>
  inVirtualTime((world, process) => {
    const calm = { latencyMs: 1, slow: 0, requestLost: 0, replyLost: 0, requestLate: 0 }
    const weather = () => calm
    const open = (name: string) => {
      const database = new MemoryDatabase(world, name)
      const options = { world, database, process, weather, connections: CONNECTIONS }
      return { database, options, pool: new Pool(options) }
    }
    const [order, billing] = [open('order'), open('billing')]
    const tables = orderTables()
    return body({
      order: memoryOrderStore(order.pool, tables, order.database.isLocked),
      billing: memoryBillingStore(billing.pool, billingTables(), billing.database),
      messages: memoryMessages(open('notification').pool, messageTables()),
      openSession: memoryOutbox(order.options, tables.outbox),
    })
  })

const onPostgres = async (body: (subject: StoreSubject) => Promise<void>): Promise<void> => {
  const opened: Database[] = []
  const open = async (service: string) => {
    const url = await freshDatabase()
    await migrate({ url }, join(import.meta.dir, '../../..', service, 'migrations'))
    const options = { application: 'contract', connections: CONNECTIONS }
    const database = openDatabase({ url }, options)
    opened.push(database)
    return { url, database }
  }
  const [order, billing, notification] = [
    await open('order'),
    await open('billing'),
    await open('notification'),
  ]
  try {
    await body({
      order: orderPostgres(order.database),
      billing: billingPostgres(billing.database),
      messages: {
        keep: keepMessages(notification.database),
        find: findMessage(notification.database),
      },
      openSession: outboxSession((options) => openDatabase({ url: order.url }, options)),
    })
  } finally {
    await Promise.all(opened.map(({ close }) => close()))
  }
}

/** The real one and its double: whatever holds for one must hold for the other. */
export const STORES: StoreSubjects = [
  ['in memory', inMemory],
  ['a real Postgres', onPostgres],
]
