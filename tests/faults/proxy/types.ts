/**
 * How a call gets lost. `request`: the server never sees it. `reply`: the server carries it out
 * and the client never hears of it. `late`: as `request` for the client, but the server sees it
 * after all, when the client has long given up. In every case the connection is cut.
 */
export type Way = 'request' | 'reply' | 'late'

/** A call that was really lost: nothing else counts. */
export type Loss<Call> = {
  /** Milliseconds since 1970, of this process. */
  at: number
  way: Way
  call: Call
  /** What became of it at the server. `unknown`: it saw it late and did not answer in time. */
  outcome: 'unseen' | 'done' | 'refused' | 'unknown'
}

export type LossOptions<Call> = {
  /** So many such calls pass before the first one is lost. */
  after?: number
  /** Only calls of this kind are counted and lost. */
  only?: (call: Call) => boolean
  /** For `late`: how much later the server sees it. */
  lateMs?: number
}

/** What both proxies can do. Each fault begins at once and replaces an earlier one of its kind. */
export type Proxy<Call, Name extends string, Ways extends Way> = {
  /** Where clients connect, on 127.0.0.1. */
  port: number
  /** Cuts every connection there is; answers how many there were. */
  cutAll: () => number
  /** Holds whatever passes in either direction for `ms` ± `jitterMs`, in order. */
  delay: (ms: number, jitterMs: number, durationMs: number) => void
  /**
   * Nothing passes any more, and nobody is told: no byte, no FIN, no reset, and new connections
   * are accepted into the same silence. At its end what was held is delivered, as when a network
   * comes back, or every connection of that time is cut, as when a router forgot them.
   */
  blackhole: (durationMs: number, end?: 'deliver' | 'cut') => void
  /** Passes everything on in pieces of at most so many bytes, each in a packet of its own. */
  slice: (bytes: number, durationMs: number) => void
  /** Loses the next `count` such calls and cuts their connections. */
  loseReply: (name: Name, count: number, way: Ways, options?: LossOptions<Call>) => void
  /** Ends all faults, and forgets the losses that have not happened yet. */
  heal: () => void
  /**
   * Faults that really hit something: `cut` in connections; `delay`, `blackhole` and `slice` in
   * times that they were asked for and met any traffic; losses as `EndTxn.reply` and the like.
   */
  counts: () => Record<string, number>
  losses: () => readonly Loss<Call>[]
  /** Connections that are open now. */
  connections: () => number
  close: () => Promise<void>
}

export type ApiName =
  | 'Produce'
  | 'Fetch'
  | 'ListOffsets'
  | 'Metadata'
  | 'OffsetCommit'
  | 'OffsetFetch'
  | 'FindCoordinator'
  | 'JoinGroup'
  | 'Heartbeat'
  | 'LeaveGroup'
  | 'SyncGroup'
  | 'InitProducerId'
  | 'AddPartitionsToTxn'
  | 'AddOffsetsToTxn'
  | 'EndTxn'
  | 'TxnOffsetCommit'

/** A request to the broker, as far as its first fields tell. */
export type KafkaCall = {
  api: ApiName
  version: number
  clientId: string | undefined
  /** Of the calls of a transactional producer; a `Produce` without one is not transactional. */
  transactionalId: string | undefined
  groupId: string | undefined
  /** Of `EndTxn`: whether it ends the transaction well. */
  commit: boolean | undefined
}

export type KafkaProxy = Proxy<KafkaCall, ApiName, Way>

/** A statement that Postgres was told to run, as it was sent. */
export type PostgresCall = {
  statement: string
  database: string | undefined
  application: string | undefined
}

/** `COMMIT` however it is sent, or any statement. */
export type StatementName = 'COMMIT' | 'any'

export type PostgresProxy = Proxy<PostgresCall, StatementName, 'request' | 'reply'>
