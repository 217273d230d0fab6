import type { Decoded } from '../codec.ts'
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
  /** The states that changed, by key: to be kept once the transaction is committed. */
  states: Map<string, State>
  /** Everything to be written in one transaction: rows, events, dead letters. */
  outgoing: Outgoing[]
  counts: { decided: number; repeated: number; dead: number }
}

/** The keys whose states a fold of these records will ask for. */
export const keysOf = (records: readonly Incoming[]): string[] => [
  ...new Set(records.flatMap(({ key }) => (key === null ? [] : [key.toString()]))),
]

/**
 * Decides a batch. Every event is published, but of each key only the last row is written: the
 * table is compacted, the events are not. (Coalescing both loses decisions.) What an input leads
 * to belongs to its trace.
 */
export const fold = <Input, Event, State>(
  topology: Topology<Input, Event, State>,
  known: ReadonlyMap<string, State>,
  records: readonly Incoming[],
): Folded<State> => {
  const states = new Map<string, State>()
  const rows = new Map<string, Outgoing>()
  const events: Outgoing[] = []
  const dead: Outgoing[] = []
  let repeated = 0
  let decided = 0

  for (const record of records) {
    const decoded = topology.decode(record)
    if (!decoded.ok || record.key === null) {
      dead.push(deadLetter(record, decoded.ok ? 'the record has no key' : decoded.reason))
      continue
    }
    const key = record.key.toString()
    const state = states.get(key) ?? known.get(key) ?? topology.initial(key)
    const verdict = topology.decide(state, decoded.value)
    if (verdict.type === 'dead') dead.push(deadLetter(record, verdict.reason))
    if (verdict.type === 'repeated') repeated += 1
    if (verdict.type !== 'event') continue

    const after = topology.evolve(state, verdict.event)
    states.set(key, after)
    const { traceparent } = record
    rows.set(key, {
      topic: topology.table,
      key,
      value: topology.row(after, record.offset),
      traceparent,
    })
    events.push(...allAt(traceparent, topology.publish(verdict.event, after)))
    decided += 1
  }
  return {
    states,
    outgoing: [...rows.values(), ...events, ...dead],
    counts: { decided, repeated, dead: dead.length },
  }
}
