import {
  type AclEntry,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from 'kafkajs'
import { TOPICS as BILLING, BILLING_TOPICS } from '../billing/events.ts'
import { ORDERS } from '../billing/intake.ts'
import { OUTCOMES as NOTIFICATION_OUTCOMES } from '../notification/intake.ts'
import { ORDER_TOPICS } from '../order/events.ts'
import { OUTCOMES as ORDER_OUTCOMES } from '../order/intake.ts'
import { DEAD_LETTER } from '../shared/kafka/dead-letter.ts'
import { TOPICS } from './topics.ts'

/** Who comes to the broker, by their user names. Its administrator needs no rights. */
export const PRINCIPALS = ['order', 'billing', 'notification', 'provisioner', 'auditor'] as const

export type Principal = (typeof PRINCIPALS)[number]

/**
 * Who may do what on the broker, which denies everything else. READ and WRITE include DESCRIBE.
 * A service checks the settings of what it writes when it starts, and sets aside what nobody can
 * act on. Only billing can make money: nobody else writes what its ledger reads or decides.
 */
const RIGHTS: Readonly<Record<Principal, readonly Right[]>> = {
  order: [
    // It reads its own topic back when it starts: which numbers it gave before.
    topics(namesOf(ORDER_TOPICS), 'READ', 'WRITE', 'DESCRIBE_CONFIGS'),
    topics(ORDER_OUTCOMES, 'READ'),
    topics([DEAD_LETTER], 'WRITE'),
    groups(['order-outcomes'], 'READ'),
  ],
  billing: [
    topics([ORDERS], 'READ'),
    topics(namesOf(BILLING_TOPICS), 'WRITE', 'DESCRIBE_CONFIGS'),
    topics([BILLING.transactions, BILLING.balances, BILLING.journal], 'READ'),
    topics([DEAD_LETTER], 'WRITE'),
    groups(['billing-intake', 'billing-ledger'], 'READ'),
    // One for each partition, whose number is not known here.
    transactionalIds('billing-ledger-', 'WRITE'),
  ],
  notification: [
    topics(NOTIFICATION_OUTCOMES, 'READ'),
    topics([DEAD_LETTER], 'WRITE'),
    groups(['notification-outcomes'], 'READ'),
  ],
  /**
   * The Job that makes topics and gives these rights. Who may ALTER the cluster may give himself
   * any right: no pod that lives longer than a minute is to have this password.
   */
  provisioner: [
    topics(namesOf(TOPICS), 'CREATE', 'DESCRIBE', 'DESCRIBE_CONFIGS'),
    cluster('ALTER'),
  ],
  /** Sees everything of this system, and can move nothing: READ of a group would let it. */
  auditor: [
    topics(namesOf(TOPICS), 'READ', 'DESCRIBE_CONFIGS'),
    groups(
      ['order-outcomes', 'billing-intake', 'billing-ledger', 'notification-outcomes'],
      'DESCRIBE',
    ),
    transactionalIds('billing-ledger-', 'DESCRIBE'),
    cluster('DESCRIBE', 'DESCRIBE_CONFIGS'),
  ],
}

type Operation = 'READ' | 'WRITE' | 'CREATE' | 'ALTER' | 'DESCRIBE' | 'DESCRIBE_CONFIGS'

/** Some operations on some resources of one kind. */
type Right = {
  type: AclResourceTypes
  names: readonly string[]
  pattern: ResourcePatternTypes
  operations: readonly Operation[]
}

/** The table as a broker takes it: one entry for each operation on each resource. */
export const aclEntries = (principals: readonly Principal[] = PRINCIPALS): AclEntry[] =>
  principals.flatMap((principal) =>
    RIGHTS[principal].flatMap(({ type, names, pattern, operations }) =>
      names.flatMap((resourceName) =>
        operations.map((operation) => ({
          principal: `User:${principal}`,
          host: '*',
          resourceType: type,
          resourceName,
          resourcePatternType: pattern,
          operation: AclOperationTypes[operation],
          permissionType: AclPermissionTypes.ALLOW,
        })),
      ),
    ),
  )

function topics(names: readonly string[], ...operations: Operation[]): Right {
  return {
    type: AclResourceTypes.TOPIC,
    names,
    pattern: ResourcePatternTypes.LITERAL,
    operations,
  }
}

function groups(names: readonly string[], ...operations: Operation[]): Right {
  return {
    type: AclResourceTypes.GROUP,
    names,
    pattern: ResourcePatternTypes.LITERAL,
    operations,
  }
}

function transactionalIds(prefix: string, ...operations: Operation[]): Right {
  return {
    type: AclResourceTypes.TRANSACTIONAL_ID,
    names: [prefix],
    pattern: ResourcePatternTypes.PREFIXED,
    operations,
  }
}

function cluster(...operations: Operation[]): Right {
  return {
    type: AclResourceTypes.CLUSTER,
    // The only one there is, as the protocol calls it.
    names: ['kafka-cluster'],
    pattern: ResourcePatternTypes.LITERAL,
    operations,
  }
}

function namesOf(list: readonly { name: string }[]): string[] {
  return list.map(({ name }) => name)
}
