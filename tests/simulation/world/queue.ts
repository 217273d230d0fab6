import type { Generator } from './generator.ts'

/** Something that will happen. `tie` decides between what happens at the same moment. */
export type Event = {
  at: number
  tie: number
  isCancelled: boolean
  process: Process
  run: () => void
}

/** A simulated operating system process: what runs in it stops, sleeps and dies together. */
export type Process = {
  name: string
  /** What is by chance on its way: of its own, so that others may be left out of a history. */
  random: Generator
  state: 'running' | 'frozen' | 'dead'
  /** What would have happened while it was frozen, in sequence. */
  held: Event[]
  /** What others notice when it dies: its sockets close. */
  onDeath: (() => void)[]
}

/** A binary heap of events, the earliest first. */
export type EventQueue = {
  push: (event: Event) => void
  pop: () => Event | undefined
  nextAt: () => number
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.tie < b.tie)

export const eventQueue = (): EventQueue => {
  const heap: Event[] = []

  const push = (event: Event): void => {
    let index = heap.length
    heap.push(event)
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = heap[above] as Event
      if (!isBefore(event, parent)) break
      heap[index] = parent
      index = above
    }
    heap[index] = event
  }

  const pop = (): Event | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      let below = 2 * index + 1
      if (below >= heap.length) break
      const right = heap[below + 1]
      if (right !== undefined && isBefore(right, heap[below] as Event)) below += 1
      const child = heap[below] as Event
      if (!isBefore(child, last)) break
      heap[index] = child
      index = below
    }
    heap[index] = last
    return first
  }

  return { push, pop, nextAt: () => heap[0]?.at ?? Number.POSITIVE_INFINITY }
}
