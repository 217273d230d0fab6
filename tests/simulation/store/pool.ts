import { Link, type Reply, type Weather } from '../world/network.ts'
import type { Process } from '../world/queue.ts'
import type { World } from '../world/world.ts'
import type { MemoryDatabase, Session } from './database.ts'
import { linkErrors, ServerError } from './errors.ts'
import type { Statement, Transaction } from './transaction.ts'

type StatementOf<T> = (tx: Transaction, session: Session) => Statement<T>

/** Makes a statement run, on the server, and answers as postgres.js would. */
export type Run = <T>(name: string, statement: StatementOf<T>) => Promise<T>

export type PoolOptions = {
  world: World
  database: MemoryDatabase
  process: Process
  weather: () => Weather
  connections: number
  idleSessionMs?: number
}

type Connection = { link: Link; session: Session; isBroken: boolean }

/** For as long a request may hang on a connection that nobody closed: the driver has no limit. */
const HANG_MS = 30_000
/** A server does not always notice that a client is gone; then its own timeouts have to end it. */
const UNSEEN = { probability: 0.3, ms: 10_000 }

/** A client's connections to a database in memory. */
export class Pool {
  private readonly options: PoolOptions
  private readonly idle: Connection[] = []
  private readonly waiting: ((connection: Connection) => void)[] = []
  private count = 0

  constructor(options: PoolOptions) {
    this.options = options
  }

  /** A transaction of its own for one statement. */
  readonly run: Run = (name, statement) =>
    this.using((connection) =>
      this.call(connection, name, this.executing(connection, statement, true)),
    )

  /** Commits when the work is done, else rolls back. */
  readonly begin = <T>(work: (run: Run) => Promise<T>): Promise<T> =>
    this.using(async (connection) => {
      const { session } = connection
      const { database } = this.options
      try {
        const answer = await work((name, statement) =>
          this.call(connection, name, this.executing(connection, statement, false)),
        )
        await this.call<void>(connection, 'COMMIT', (reply) => database.commit(session, reply))
        return answer
      } catch (error) {
        if (!connection.isBroken) {
          const undo = (reply: Reply<void>) => database.rollback(session, reply)
          await this.call(connection, 'ROLLBACK', undo).catch(() => {})
        }
        throw error
      }
    })

  readonly close = (): Promise<void> => {
    for (const connection of this.idle.splice(0)) this.discard(connection)
    return Promise.resolve()
  }

  private executing<T>(
    { session }: Connection,
    statement: StatementOf<T>,
    isAutocommit: boolean,
  ): (reply: Reply<T>) => void {
    const { database } = this.options
    return (reply) => database.execute(session, (tx) => statement(tx, session), isAutocommit, reply)
  }

  private async call<T>(
    connection: Connection,
    name: string,
    execute: (reply: Reply<T>) => void,
  ): Promise<T> {
    try {
      return await connection.link.call(name, execute)
    } catch (error) {
      // After anything but an answer of the server the connection is of no use.
      if (!(error instanceof ServerError)) connection.isBroken = true
      throw error
    }
  }

  private async using<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.acquire()
    try {
      return await work(connection)
    } finally {
      this.release(connection)
    }
  }

  private acquire(): Connection | Promise<Connection> {
    let free = this.idle.pop()
    while (free?.isBroken) {
      this.discard(free)
      free = this.idle.pop()
    }
    if (free !== undefined) return free
    if (this.count < this.options.connections) return this.open()
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  private open(): Connection {
    const { world, database, process, weather, idleSessionMs } = this.options
    this.count += 1
    const { server } = database
    const link = new Link({
      world,
      process,
      server,
      weather,
      errors: linkErrors,
      timeoutMs: HANG_MS,
    })
    const onClosed = () =>
      void world.after(1, process, () => {
        connection.isBroken = true
        link.cut()
      })
    const session = database.openSession(onClosed, idleSessionMs)
    const connection: Connection = { link, session, isBroken: false }
    process.onDeath.push(() => world.after(1, database.process, () => database.abandon(session)))
    return connection
  }

  private release(connection: Connection): void {
    if (connection.isBroken) this.discard(connection)
    const next = this.waiting.shift()
    if (next !== undefined) next(connection.isBroken ? this.open() : connection)
    else if (!connection.isBroken) this.idle.push(connection)
  }

  private discard({ link, session }: Connection): void {
    const { world, database } = this.options
    const { random } = world
    this.count -= 1
    link.close()
    const ms = random.chance(UNSEEN.probability) ? UNSEEN.ms : random.exponential(20)
    world.after(ms, database.process, () => database.abandon(session))
  }
}
