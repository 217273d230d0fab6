import type { CrashPoint } from '../../../shared/crash-point.ts'

/** Who is asked to do what, and what goes wrong meanwhile. Everything else follows from the seed. */
export type Scenario = {
  seed: number
  partitions: number
  /** Virtual milliseconds in which all of it happens; then everything is healed. */
  durationMs: number
  accounts: readonly string[]
  /** What the network does all the time. */
  climate: Climate
  operations: readonly PlannedOperation[]
  faults: readonly PlannedFault[]
}

export type Climate = {
  latencyMs: number
  slow: number
  requestLost: number
  replyLost: number
  requestLate: number
  markerDelayMs: number
  shortFetch: number
}

export type PlannedOperation = {
  at: number
  client: number
  instance: 0 | 1
  account: string
  wish: Wish
}

/** What a client wants; `earlier` picks one of its own wishes to ask for again. */
export type Wish =
  | { type: 'create' }
  | { type: 'deposit'; amount: number }
  | { type: 'order'; amount: Amount }
  | { type: 'retry'; earlier: number }
  | { type: 'reuse'; earlier: number; amount: number }
  | { type: 'balance' }
  | { type: 'status'; earlier: number }
  | { type: 'message'; earlier: number }

/** In minor units; or the balance as it is then, and a little more or less. */
export type Amount = number | { beyondBalance: number }

export const SERVICES = ['order', 'billing', 'notification'] as const
export type ServiceName = (typeof SERVICES)[number]
export type Target = { service: ServiceName; instance: 0 | 1 }

export type PlannedFault = { at: number } & (
  | ({ kind: 'kill'; downMs: number } & Target)
  | ({ kind: 'crash-point'; point: CrashPoint; nth: number; sleepMs: number | undefined } & Target)
  | ({ kind: 'freeze'; ms: number } & Target)
  | ({ kind: 'stop'; downMs: number } & Target)
  | { kind: 'broker-restart'; downMs: number; isTailLost: boolean }
  | { kind: 'postgres-restart'; service: ServiceName; downMs: number }
  | { kind: 'postgres-freeze'; service: ServiceName; ms: number }
  | { kind: 'terminate-sessions'; service: ServiceName }
  | { kind: 'hold-locks'; service: ServiceName; ms: number }
  | { kind: 'storm'; of: 'log' | 'postgres'; ms: number; loss: number; slow: number }
  | { kind: 'rebalance'; group: string }
  | { kind: 'evict'; group: string; index: number }
  | { kind: 'rewind'; group: string; by: number }
  | { kind: 'repeat'; topic: string; index: number }
  | { kind: 'poison'; topic: string; account: string }
  | { kind: 'compact' }
)

export type FaultKind = PlannedFault['kind']
