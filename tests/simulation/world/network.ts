import type { Process } from './queue.ts'
import type { World } from './world.ts'

/** What the network does to requests; probabilities per request. */
export type Weather = {
  /** Mean of one way, in milliseconds. */
  latencyMs: number
  /** One way takes up to a second. */
  slow: number
  /** The server never sees the request. */
  requestLost: number
  /** The server does what was asked, and nobody learns it. */
  replyLost: number
  /** The client was told that the connection is gone, and the server sees the request after that. */
  requestLate: number
}

/** Who answers. It may be down: then nobody listens at its port. */
export type Server = { process: Process; isUp: () => boolean; links: Set<Link> }

/** How a client library reports what went wrong on the way. */
export type LinkErrors = { refused: () => Error; closed: () => Error; late: () => Error }

export type Reply<T> = { ok: (value: T) => void; fail: (error: Error) => void }

export type LinkOptions = {
  world: World
  process: Process
  server: Server
  weather: () => Weather
  errors: LinkErrors
  timeoutMs: number
}

type Request<T> = {
  name: string
  execute: (reply: Reply<T>) => void
  longestMs: number | undefined
  resolve: (value: T) => void
  reject: (error: Error) => void
}

type Fate = 'fine' | 'request lost' | 'reply lost' | 'request late'

/**
 * A group takes whatever offset comes last. One that is late sets the group back until it reads
 * something again: harmless, and never settled when there is nothing to read.
 */
const NEVER_LATE = new Set(['OffsetCommit'])
const LATE_MS = 3_000
/** What happens at the same moment happens in any sequence. */
const IN_SEQUENCE_MS = 0.0001

/** One client's connection to one server. Requests arrive in sequence, and so do replies. */
export class Link {
  private readonly options: LinkOptions
  private readonly outstanding = new Set<(error: Error) => void>()
  private lastArrival = 0
  private lastReply = 0

  constructor(options: LinkOptions) {
    this.options = options
    const { server, process } = options
    server.links.add(this)
    process.onDeath.push(() => server.links.delete(this))
  }

  /**
   * `name` is for the trace. A call of a process that is dead is never made, nor answered.
   * `longestMs`: for one that the server itself may hold back for long.
   */
  call<T>(name: string, execute: (reply: Reply<T>) => void, longestMs?: number): Promise<T> {
    const { world, process } = this.options
    return new Promise((resolve, reject) => {
      const request = { name, execute, longestMs, resolve, reject }
      if (process.state === 'running') this.send(request)
      // Code that runs on after its process was put to sleep has not reached this line yet.
      else if (process.state === 'frozen') world.after(0, process, () => this.send(request))
    })
  }

  /** Ends the connection: whatever is under way fails at the client, and is done or not. */
  cut(): void {
    const { world, process, errors } = this.options
    for (const fail of this.outstanding) world.after(0, process, () => fail(errors.closed()))
  }

  /** For good. */
  close(): void {
    this.options.server.links.delete(this)
    this.cut()
  }

  private send<T>({ name, execute, resolve, reject, longestMs }: Request<T>): void {
    const { world, process, errors } = this.options
    const timeoutMs = longestMs ?? this.options.timeoutMs
    const fail = (error: Error): void => {
      if (this.outstanding.delete(fail)) reject(error)
    }
    const succeed = (value: T): void => {
      if (this.outstanding.delete(fail)) resolve(value)
    }
    this.outstanding.add(fail)
    const fate = this.fateOf(name)
    if (fate !== 'fine') world.trace?.(`${process.name}: ${name} ${fate}`)
    if (fate !== 'request lost') {
      const answer = fate === 'fine' ? this.answering(fail, timeoutMs) : () => {}
      this.arrive(fate, execute, {
        ok: (value) => answer(() => succeed(value)),
        fail: (error) => answer(() => fail(error)),
      })
    }
    const { random } = process
    const isNoticed = fate === 'request late' || (fate !== 'fine' && random.chance(0.7))
    if (isNoticed) {
      world.after(random.exponential(20), process, () => fail(errors.closed()))
    } else if (fate !== 'fine' || longestMs !== undefined) {
      world.after(timeoutMs, process, () => fail(errors.late()))
    }
  }

  private arrive<T>(fate: Fate, execute: (reply: Reply<T>) => void, reply: Reply<T>): void {
    const { world, process, server, errors } = this.options
    const now = world.now()
    this.lastArrival = Math.max(this.lastArrival + IN_SEQUENCE_MS, now + this.oneWay())
    const lateMs = fate === 'request late' ? process.random.next() * LATE_MS : 0
    world.after(this.lastArrival - now + lateMs, server.process, () => {
      if (server.isUp()) execute(reply)
      else reply.fail(errors.refused())
    })
  }

  /** How a reply travels back. */
  private answering(fail: (error: Error) => void, timeoutMs: number) {
    const { world, process, errors } = this.options
    const sentAt = world.now()
    return (arrived: () => void): void => {
      const now = world.now()
      this.lastReply = Math.max(this.lastReply + IN_SEQUENCE_MS, now + this.oneWay())
      world.after(this.lastReply - now, process, () => {
        // Who slept for too long sees its own timer before what lies in its socket.
        if (world.now() - sentAt > timeoutMs) fail(errors.late())
        else arrived()
      })
    }
  }

  private fateOf(name: string): Fate {
    const { process, weather } = this.options
    const { requestLost, replyLost, requestLate } = weather()
    const total = requestLost + replyLost + requestLate
    if (total === 0) return 'fine'
    const drawn = process.random.next()
    if (drawn < requestLost) return 'request lost'
    if (drawn < requestLost + replyLost) return 'reply lost'
    if (drawn >= total) return 'fine'
    return NEVER_LATE.has(name) ? 'request lost' : 'request late'
  }

  private oneWay(): number {
    const { process, weather } = this.options
    const { random } = process
    const { latencyMs, slow } = weather()
    const usualMs = latencyMs * (0.3 + random.next())
    return random.chance(slow) ? usualMs + random.next() * 1_000 : usualMs
  }
}
