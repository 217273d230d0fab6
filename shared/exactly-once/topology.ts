import { assert } from '../assert.ts'
import type { Decoded } from '../codec.ts'
import { type BatchRoom, batchRoom } from '../kafka/batch-room.ts'
import { deadLetter } from '../kafka/dead-letter.ts'
import type { Incoming, Outgoing } from '../kafka/record.ts'
import { allAt } from '../tracing/traceparent.ts'

/**
 * A table and the events that build it, made from one stream of inputs. It is a value and knows
 * nothing of a broker: folding an array through it is a test of everything it decides.
 */
export type Topology<Input, Event, State> = {
  /** The topic that is read. Its keys are the keys of the table. */
  input: string
  /** The compacted topic that holds the table: the truth about every state. */
  table: string
  decode: (record: Incoming) => Decoded<Input>
  initial: (key: string) => State
  decide: (state: State, input: Input) => Verdict<Event>
  evolve: (state: State, event: Event) => State
  /** What the world learns of an event, beside the row. `state` is the state after it. */
  publish: (event: Event, state: State) => readonly Outgoing[]
  /** The row of the table. `source` is the offset of the input that made it. */
  row: (state: State, source: bigint) => string
}

/** `repeated`: answered before, say nothing. `dead`: cannot be decided, set it aside. */
export type Verdict<Event> =
  | { type: 'event'; event: Event }
  | { type: 'repeated' }
  | { type: 'dead'; reason: string }

export type Folded<State> = {
  /** How many of the records were folded, from the first on: as many as fit into a transaction. */
  taken: number
  /** The states that changed, by key: to be kept once the transaction is committed. */
  states: Map<string, State>
  /** Everything to be written in one transaction: rows, events, dead letters. */
  outgoing: Outgoing[]
  counts: { decided: number; repeated: number; dead: number }
}

/** The keys whose states a fold of these records will ask for. */
export const keysOf = (records: readonly Incoming[]): string[] => {
  const keys = new Set<string>()
  for (const { key } of records) if (key !== null) keys.add(key.toString())
  return [...keys]
}

/**
 * Decides a batch. Every event is published, but of each key only the last row is written: the
 * table is compacted, the events are not. (Coalescing both loses decisions.) What an input leads
 * to belongs to its trace. What would not fit into a transaction of its own is set aside.
 */
export const fold = <Input, Event, State>(
  topology: Topology<Input, Event, State>,
  known: ReadonlyMap<string, State>,
  records: readonly Incoming[],
  openRoom: () => BatchRoom = batchRoom,
): Folded<State> => {
  const states = new Map<string, State>()
  const rows = new Map<string, Outgoing>()
  const events: Outgoing[] = []
  const dead: Outgoing[] = []
  const counts = { decided: 0, repeated: 0, dead: 0 }
  const stateOf = (key: string) => states.get(key) ?? known.get(key) ?? topology.initial(key)
  const room = openRoom()
  let taken = 0

  for (const record of records) {
    let step: Step<State> = stepOf(topology, stateOf, record)
    if (!room.take(written(step))) {
      if (openRoom().take(written(step))) break
      step = setAside(record, 'what it leads to is more than a transaction holds')
      if (!room.take(written(step))) break
    }
    taken += 1
    counts[step.result] += 1
    if (step.result === 'dead') dead.push(step.letter)
    if (step.result === 'decided') {
      states.set(step.key, step.state)
      rows.set(step.key, step.row)
      events.push(...step.events)
    }
  }
  assert(taken > 0 || records.length === 0, 'a dead letter did not fit into a transaction')
  return { taken, states, outgoing: [...rows.values(), ...events, ...dead], counts }
}

/** What one record leads to. */
type Step<State> =
  | { result: 'decided'; key: string; state: State; row: Outgoing; events: readonly Outgoing[] }
  | { result: 'repeated' }
  | { result: 'dead'; letter: Outgoing }

const stepOf = <Input, Event, State>(
  topology: Topology<Input, Event, State>,
  stateOf: (key: string) => State,
  record: Incoming,
): Step<State> => {
  const dead = (reason: string) => setAside(record, reason)
  const decoded = topology.decode(record)
  if (!decoded.ok) return dead(decoded.reason)
  if (record.key === null) return dead('the record has no key')
  const key = record.key.toString()
  const state = stateOf(key)
  const verdict = topology.decide(state, decoded.value)
  if (verdict.type === 'dead') return dead(verdict.reason)
  if (verdict.type === 'repeated') return { result: 'repeated' }

  const after = topology.evolve(state, verdict.event)
  const { traceparent, offset } = record
  return {
    result: 'decided',
    key,
    state: after,
    row: { topic: topology.table, key, value: topology.row(after, offset), traceparent },
    events: allAt(traceparent, topology.publish(verdict.event, after)),
  }
}

const setAside = (record: Incoming, reason: string) =>
  ({ result: 'dead', letter: deadLetter(record, reason) }) as const

const written = <State>(step: Step<State>): readonly Outgoing[] => {
  if (step.result === 'decided') return [step.row, ...step.events]
  return step.result === 'dead' ? [step.letter] : []
}
