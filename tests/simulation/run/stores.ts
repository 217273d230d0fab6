import { type BillingTables, billingTables } from '../store/billing-tables.ts'
import { MemoryDatabase } from '../store/database.ts'
import { type MessageTables, messageTables } from '../store/message-store.ts'
import { type OrderTables, orderTables } from '../store/order-store.ts'
import type { World } from '../world/world.ts'
import type { ServiceName } from './scenario.ts'

/** The three databases and what is in them. */
export type Stores = {
  databases: Record<ServiceName, MemoryDatabase>
  order: OrderTables
  billing: BillingTables
  notification: MessageTables
}

export const openStores = (world: World): Stores => ({
  databases: {
    order: new MemoryDatabase(world, 'postgres of order'),
    billing: new MemoryDatabase(world, 'postgres of billing'),
    notification: new MemoryDatabase(world, 'postgres of notification'),
  },
  order: orderTables(),
  billing: billingTables(),
  notification: messageTables(),
})
