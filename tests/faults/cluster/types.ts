import type { ServiceName } from '../../../deploy/local/services.ts'
import type { CrashPoint } from '../../../shared/crash-point.ts'
import type { KafkaProxy, PostgresProxy } from '../proxy/types.ts'

export type ClusterOptions = {
  /** Keeps logs and control files; the data is elsewhere and goes with the cluster. */
  folder: string
  /** Of the proxies' jitter. */
  seed?: number
  partitions?: number
  /** Join or replace those of tests: short sessions, quick ends of forgotten transactions. */
  brokerProperties?: Record<string, string | number | boolean>
  postgresSettings?: Record<string, string>
  /** Whether Postgres calls fsync. False, as nobody cuts the power of this machine. */
  durable?: boolean
  /** Where the services' code is, instead of in this project. */
  sources?: string
  serviceEnvironment?: Record<string, string>
  /** Megabytes of Postgres' own disk, so that it can be full. Zero goes without one. */
  diskMegabytes?: number
  /** Learns when a part ended by itself, and what is done about it. */
  report?: (part: string, text: string) => void
}

/** A process that can be taken down in every way; one that ends by itself is started again. */
export type Part = {
  name: string
  pid: () => number | undefined
  /** Of the process that runs now; never when there is none. */
  exited: () => Promise<number>
  /** How often it ended by itself and was started again. */
  restarts: () => number
  /** SIGKILL; it rests until `start`. */
  kill: () => Promise<void>
  /** In good order; it rests until `start`. */
  stop: () => Promise<void>
  start: () => Promise<void>
  /** SIGSTOP and SIGCONT, of all its processes. */
  freeze: () => void
  wake: () => void
}

export type Crash = {
  point: CrashPoint
  /** Of the passes only those on behalf of this topic count. */
  topic?: string
  /** The first pass is 1, counted from when the process takes note of it. */
  nth: number
  action: 'kill' | 'freeze'
  /** For `freeze`: woken after so long; not at all when left out. */
  frozenMs?: number
  /** For `freeze`: dies at its first pass of this point after it was woken. */
  diesAt?: CrashPoint
}

/** A crash that was armed in a running process. */
export type Armed = {
  /** Resolves when it happened, or with false when it did not in time or the process is gone. */
  hit: (deadlineMs: number) => Promise<boolean>
}

export type InstanceName = `${ServiceName}-${1 | 2}`

export type Instance = Part & {
  name: InstanceName
  service: ServiceName
  /** Without the prefix of the service. */
  url: string
  opsUrl: string
  logFile: string
  ready: (deadlineMs?: number) => Promise<void>
  /** Resolves when the running process has taken note; rejects when it does not within 5 s. */
  arm: (crash: Crash) => Promise<Armed>
  /** Forgets what was armed and has not happened. */
  disarm: () => void
  /** Its wall clock from now on, also after restarts; resolves when the process shows it. */
  shiftClock: (ms: number) => Promise<void>
  /** Crashes that were carried out, by point, over all its processes. */
  hits: () => Record<string, number>
  /** How often each point was passed, over all its processes, up to a quarter of a second ago. */
  passes: () => Record<string, number>
  /** What the group last assigned to it, by its log. */
  partitions: (groupId: string) => readonly number[]
}

export type ClusterBroker = Part & {
  /** `host:port` behind the proxy: what it answers points there as well. */
  address: string
  /** Past the proxy. */
  directAddress: string
  dataFolder: string
}

export type Lock = {
  /** False when it could not be had within 5 s. */
  taken: boolean
  /** Resolves when it is given back. */
  released: Promise<void>
}

export type ClusterPostgres = Part & {
  /** Behind the proxy, as each service's own role. */
  urls: Record<ServiceName, string>
  directUrls: Record<ServiceName, string>
  /** Of the superuser, past the proxy. */
  adminUrl: string
  /** Ends every session but our own; answers how many there were. */
  terminateBackends: () => Promise<number>
  /** A rival session holds a whole table, or some rows of it when their number is given. */
  lock: (wish: {
    service: ServiceName
    table: string
    rows?: number
    forMs: number
  }) => Promise<Lock>
  /** Why its disk cannot be filled here, or undefined when it can. */
  diskObstacle: string | undefined
  /** Not one more byte can be written until `freeDisk`. Throws when there is an obstacle. */
  fillDisk: () => Promise<void>
  freeDisk: () => Promise<void>
}

export type Rewound = { topic: string; partition: number; from: bigint; to: bigint }

export type PoisonKind =
  | 'no-value'
  | 'no-text'
  | 'no-json'
  | 'wrong-schema'
  | 'wrong-key'
  | 'oversized'
  | 'large-key'

export type Planted = {
  topic: string
  partition: number
  offset: bigint
  kind: PoisonKind
}

/** The account that nothing may happen to, and where the records are that were written for it. */
export type Crossed = { account: string; partition: number }

/** Follows the journal of decisions at the broker itself, from the start of the cluster on. */
export type Decisions = {
  /** Seen so far. */
  count: () => number
  /**
   * When, by `performance.now()`, the first decision after that moment became visible in the
   * given partitions, in the last of them to have one; all of them when left out. Rejects at the
   * deadline. Who wants to know when a killed owner was replaced names the partitions it had.
   */
  firstAfter: (
    moment: number,
    options: { deadlineMs: number; partitions?: readonly number[] },
  ) => Promise<number>
}

/** What can be done to the log by others than the services. */
export type Intruder = {
  /** Another member joins a group and leaves again, so many times. Answers the joins. */
  rebalance: (wish: {
    groupId: string
    topic: string
    rounds: number
    holdMs: number
  }) => Promise<number>
  /**
   * Sets what a group has committed back by so many offsets. All instances of its service must be
   * stopped or killed; waits until the group has noticed.
   */
  rewind: (wish: { groupId: string; topic: string; by: number }) => Promise<Rewound[]>
  /**
   * Has the broker forget what a group has committed. As with `rewind`, its members must be gone.
   */
  forget: (groupId: string) => Promise<void>
  /**
   * Two transactions write records into one partition that would be acted on, and both are
   * aborted, the one that began later first: the aborted ones are not told in the order of their
   * beginnings, and one lies within the other.
   */
  crossAborts: (topic: 'order' | 'bankTransaction') => Promise<Crossed>
  /** One record that nobody can act on, in the partition that its key belongs to. */
  plant: (topic: 'order' | 'bankTransaction', kind: PoisonKind) => Promise<Planted>
  /**
   * Has a compacted topic rolled and cleaned at once; resolves with how many partitions were.
   * Only what is no longer written to can be cleaned, so the load must go on.
   */
  compact: (topic: string, deadlineMs: number) => Promise<number>
}

export type Cluster = {
  /** That each topic has. */
  partitions: number
  instances: readonly Instance[]
  instance: (name: InstanceName) => Instance
  broker: ClusterBroker
  postgres: ClusterPostgres
  kafkaProxy: KafkaProxy
  postgresProxy: PostgresProxy
  decisions: Decisions
  intruder: Intruder
  /** Resolves when every instance is ready. */
  ready: (deadlineMs: number) => Promise<void>
  /** Ends all and removes the data. */
  dispose: () => Promise<void>
}
