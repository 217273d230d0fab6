import { drainMicrotasks } from 'bun:jsc'
import { type Generator, generator } from './generator.ts'
import { type Event, type EventQueue, eventQueue, type Process } from './queue.ts'

/**
 * A virtual clock, and everything that happens by it. One event runs at a time, in the process
 * it belongs to, and all promises that it settles are followed to their end before the next: so
 * that a run is a function of its seed.
 */
export class World {
  readonly random: Generator
  /** What no simulated process but the machinery around them does. */
  readonly outside: Process
  /** Everything of note, when asked for; every word of it costs. */
  trace: ((line: string) => void) | undefined
  /** Errors that nothing caught, with the process that should have. */
  readonly uncaught: { process: string; error: unknown }[] = []
  /** The process whose code runs at this moment. */
  current: Process
  /** Events that happened so far. */
  steps = 0
  private readonly queue: EventQueue = eventQueue()
  private readonly seed: number
  private time = 0
  private readonly lives = new Map<string, number>()

  constructor(seed: number) {
    this.seed = seed
    this.random = generator(seed)
    this.outside = this.spawn('outside')
    this.current = this.outside
  }

  /** Milliseconds since the beginning. */
  readonly now = (): number => this.time

  spawn(name: string): Process {
    this.lives.set(name, (this.lives.get(name) ?? 0) + 1)
    const random = generator(this.seed ^ Bun.hash.crc32(`${name} ${this.lives.get(name)}`))
    return { name, random, state: 'running', held: [], onDeath: [] }
  }

  /** In so many milliseconds, in that process. */
  after(ms: number, process: Process, run: () => void): Event {
    const at = this.time + (ms > 0 ? ms : 0)
    const event = { at, tie: this.random.next(), isCancelled: false, process, run }
    this.queue.push(event)
    return event
  }

  /** Nothing of it happens until it wakes; then it does, late. */
  freeze(process: Process): void {
    if (process.state === 'running') process.state = 'frozen'
  }

  /** All at once, but one after the other: as what piled up in timers and sockets would. */
  wake(process: Process): void {
    if (process.state !== 'frozen') return
    process.state = 'running'
    const { held } = process
    process.held = []
    held.forEach((event, index) => {
      event.at = this.time + index * 0.001
      this.queue.push(event)
    })
  }

  /** Nothing of it ever happens again. Its promises stay as they are. */
  kill(process: Process): void {
    if (process.state === 'dead') return
    process.state = 'dead'
    process.held = []
    for (const noticed of process.onDeath) noticed()
  }

  /** Runs what happens until that moment. */
  runUntil(at: number): void {
    while (this.queue.nextAt() <= at) this.step(this.queue.pop() as Event)
    this.time = Math.max(this.time, at)
  }

  private step(event: Event): void {
    const { process } = event
    if (event.isCancelled || process.state === 'dead') return
    if (process.state === 'frozen') {
      process.held.push(event)
      return
    }
    this.time = event.at
    this.current = process
    this.steps += 1
    try {
      event.run()
      drainMicrotasks()
    } catch (error) {
      this.uncaught.push({ process: process.name, error })
    }
    this.current = this.outside
  }
}
