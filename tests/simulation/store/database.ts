import type { Reply, Server } from '../world/network.ts'
import type { Process } from '../world/queue.ts'
import type { World } from '../world/world.ts'
import { deadlock, linkErrors, lockTimeout, ServerError, transactionFailed } from './errors.ts'
import { type Locks, lockTable } from './locks.ts'
import { commit, newTransaction, type Statement, type Transaction } from './transaction.ts'

/** One client's session, as the server sees it. */
export type Session = {
  transaction: Transaction | undefined
  isClosed: boolean
  /** The client is gone; what runs is finished, and then the session ends. */
  isAbandoned: boolean
  isBusy: boolean
  queue: (() => void)[]
  idleSince: number
  idleSessionMs: number
  onClosed: () => void
}

type Ends<T> = { succeed: (value: T) => void; fail: (error: Error) => void }

const LOCK_TIMEOUT_MS = 2_000
const DEADLOCK_TIMEOUT_MS = 1_000
const IDLE_IN_TRANSACTION_MS = 10_000
const LOOK_EVERY_MS = 1_000

/** A Postgres in memory, as far as the services use one. What is committed survives its crashes. */
export class MemoryDatabase {
  readonly process: Process
  readonly server: Server
  private readonly world: World
  private readonly locks: Locks<Transaction> = lockTable()
  private readonly sessions = new Set<Session>()
  private readonly advisory = new Map<number, Session | Transaction>()
  private readonly listeners = new Map<Session, () => void>()
  private isUp = true
  /** Of the latest transaction. */
  private number = 0n

  constructor(world: World, name: string) {
    this.world = world
    this.process = world.spawn(name)
    this.server = { process: this.process, isUp: () => this.isUp, links: new Set() }
    this.after(LOOK_EVERY_MS, () => this.endIdle())
  }

  private after(ms: number, run: () => void) {
    return this.world.after(ms, this.process, run)
  }

  openSession(onClosed: () => void, idleSessionMs = Number.POSITIVE_INFINITY): Session {
    const session: Session = {
      transaction: undefined,
      isClosed: false,
      isAbandoned: false,
      isBusy: false,
      queue: [],
      idleSince: this.world.now(),
      idleSessionMs,
      onClosed,
    }
    this.sessions.add(session)
    return session
  }

  /** Runs statements one after the other, in the session's transaction or in one of their own. */
  execute<T>(
    session: Session,
    statement: (tx: Transaction) => Statement<T>,
    isAutocommit: boolean,
    reply: Reply<T>,
  ): void {
    this.inTurn(session, reply, () => {
      if (session.transaction?.isFailed) {
        reply.fail(transactionFailed())
        return this.done(session)
      }
      session.transaction ??= this.newTransaction()
      const { transaction } = session
      const ends = isAutocommit
        ? this.endsAlone(session, transaction, reply)
        : this.endsWithin(session, transaction, reply)
      this.advance(transaction, statement(transaction), ends)
    })
  }

  private newTransaction(): Transaction {
    this.number += 1n
    return newTransaction(this.number, this.world.now())
  }

  /** A number that is higher than those of all that are under way, and the lowest of these. */
  horizon(): { transaction: bigint; oldest: bigint } {
    this.number += 1n
    let oldest = this.number
    for (const { transaction } of this.sessions) {
      if (transaction !== undefined && transaction.number < oldest) oldest = transaction.number
    }
    return { transaction: this.number, oldest }
  }

  commit(session: Session, reply: Reply<void>): void {
    this.inTurn(session, reply, () => {
      const { transaction } = session
      if (transaction?.isFailed) return this.finish(session, () => reply.fail(transactionFailed()))
      if (transaction !== undefined) commit(transaction)
      this.finish(session, () => reply.ok())
    })
  }

  rollback(session: Session, reply: Reply<void>): void {
    this.inTurn(session, reply, () => this.finish(session, () => reply.ok()))
  }

  private inTurn<T>(session: Session, reply: Reply<T>, run: () => void): void {
    const start = () => {
      if (session.isClosed) return reply.fail(linkErrors.closed())
      session.isBusy = true
      run()
    }
    if (session.isBusy) session.queue.push(start)
    else start()
  }

  private endsAlone<T>(session: Session, transaction: Transaction, reply: Reply<T>): Ends<T> {
    return {
      succeed: (value) => {
        if (session.isClosed) return
        commit(transaction)
        this.finish(session, () => reply.ok(value))
      },
      fail: (error) => {
        if (!session.isClosed) this.finish(session, () => reply.fail(error))
      },
    }
  }

  private endsWithin<T>(session: Session, transaction: Transaction, reply: Reply<T>): Ends<T> {
    const end = (answer: () => void): void => {
      if (session.isClosed) return
      answer()
      this.done(session)
    }
    return {
      succeed: (value) => end(() => reply.ok(value)),
      fail: (error) =>
        end(() => {
          transaction.isFailed = true
          reply.fail(error)
        }),
    }
  }

  private done(session: Session): void {
    session.isBusy = false
    session.idleSince = this.world.now()
    if (session.isAbandoned) this.close(session)
    session.queue.shift()?.()
  }

  /** Ends the transaction; what was not committed before is gone. */
  private finish(session: Session, answer: () => void): void {
    this.release(session.transaction)
    session.transaction = undefined
    answer()
    this.done(session)
  }

  private release(transaction: Transaction | undefined): void {
    if (transaction === undefined) return
    for (const key of transaction.advisory) this.advisory.delete(key)
    this.locks.forget(transaction)
    this.locks.releaseAll(transaction)
  }

  /** Runs a statement until it ends or has to wait for a lock, and on from there. */
  private advance<T>(transaction: Transaction, statement: Statement<T>, ends: Ends<T>): void {
    for (;;) {
      let step: IteratorResult<string, T>
      try {
        step = statement.next()
      } catch (error) {
        if (error instanceof ServerError) return ends.fail(error)
        throw error
      }
      if (step.done) return ends.succeed(step.value)
      if (!this.locks.isFree(step.value, transaction)) {
        const granted = () => this.advance(transaction, statement, ends)
        return this.waitFor(transaction, step.value, granted, ends.fail)
      }
      this.locks.acquire(step.value, transaction, () => {})
    }
  }

  private waitFor(
    transaction: Transaction,
    key: string,
    granted: () => void,
    fail: (error: Error) => void,
  ): void {
    const giveUp = (error: Error): void => {
      checking.isCancelled = true
      waiting.isCancelled = true
      this.locks.forget(transaction)
      fail(error)
    }
    const checking = this.after(DEADLOCK_TIMEOUT_MS, () => {
      if (this.locks.isDeadlocked(transaction)) giveUp(deadlock())
    })
    const waiting = this.after(LOCK_TIMEOUT_MS, () => giveUp(lockTimeout()))
    this.locks.acquire(key, transaction, () => {
      checking.isCancelled = true
      waiting.isCancelled = true
      granted()
    })
  }

  /** The client's socket is closed. */
  abandon(session: Session): void {
    session.isAbandoned = true
    if (!session.isBusy) this.close(session)
  }

  private close(session: Session): void {
    if (session.isClosed) return
    session.isClosed = true
    this.sessions.delete(session)
    this.listeners.delete(session)
    this.release(session.transaction)
    session.transaction = undefined
    for (const [key, owner] of this.advisory) if (owner === session) this.advisory.delete(key)
    session.onClosed()
  }

  /** What the timeouts of the server's settings end. */
  private endIdle(): void {
    const now = this.world.now()
    for (const session of this.sessions) {
      if (session.isBusy) continue
      const isInTransaction = session.transaction !== undefined
      const limit = isInTransaction ? IDLE_IN_TRANSACTION_MS : session.idleSessionMs
      if (now - session.idleSince > limit) this.close(session)
    }
    this.after(LOOK_EVERY_MS, () => this.endIdle())
  }

  /** False when another transaction, or session, has it. */
  tryAdvisoryLock(key: number, tx: Transaction, session?: Session): boolean {
    const owner = session ?? tx
    const current = this.advisory.get(key)
    if (current !== undefined) return current === owner
    this.advisory.set(key, owner)
    if (session === undefined) tx.advisory.add(key)
    return true
  }

  /** Until the session ends. */
  listen(session: Session, told: () => void): void {
    this.listeners.set(session, told)
  }

  readonly notify = (): void => {
    for (const told of this.listeners.values()) told()
  }

  readonly isLocked = (key: string): boolean => this.locks.isHeld(key)

  /** Somebody else holds these locks for so long. */
  hold(keys: readonly string[], ms: number): void {
    const rival = this.newTransaction()
    const free = keys.filter((key) => this.locks.isFree(key, rival))
    for (const key of free) this.locks.acquire(key, rival, () => {})
    this.after(ms, () => this.locks.releaseAll(rival))
  }

  /** Ends all sessions, as `pg_terminate_backend` does. */
  terminateAll(): void {
    for (const session of this.sessions) this.close(session)
  }

  stop(): void {
    this.isUp = false
    this.terminateAll()
    for (const link of this.server.links) link.cut()
  }

  startAgain(): void {
    this.isUp = true
  }
}
