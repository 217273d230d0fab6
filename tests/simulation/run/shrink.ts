import { Arbitrary, check, property, type Stream, stream, Value } from 'fast-check'
import type { Scenario } from './scenario.ts'
import { simulate } from './simulation.ts'

/** How many scenarios may be tried for each; one takes some 50 ms. */
const TRIES = 300
/** What is left of a history happens at other moments: the mistake may need another chance. */
const CHANCES = 3

const isWrong = (scenario: Scenario): boolean => simulate(scenario).violations.length > 0

/**
 * A smaller scenario that goes wrong as well: first fewer faults, then fewer operations. To be
 * called from the event loop, as `simulate` is.
 */
export const shrink = (scenario: Scenario, goesWrong = isWrong): Scenario =>
  withFewest('operations', withFewest('faults', scenario, goesWrong), goesWrong)

const withFewest = (
  part: 'operations' | 'faults',
  scenario: Scenario,
  goesWrong: (scenario: Scenario) => boolean,
): Scenario => {
  let smallest = scenario
  let tries = 0
  const isFine = (some: readonly unknown[]): boolean => {
    tries += 1
    if (tries > TRIES) return true
    for (let chance = 0; chance < CHANCES; chance += 1) {
      const smaller = { ...scenario, seed: scenario.seed + chance, [part]: some }
      if (!goesWrong(smaller)) continue
      smallest = smaller
      return false
    }
    return true
  }
  check(property(new Fewer<unknown>(scenario[part]), isFine), { numRuns: 1, seed: scenario.seed })
  return smallest
}

/** Where the next piece is to be left out, and how long it is. */
type Place = { size: number; from: number }

/**
 * A list that shrinks by leaving out pieces of it, long ones first. fast-check's own lists give up
 * their first elements one by one, which takes a simulation for each.
 */
class Fewer<T> extends Arbitrary<readonly T[]> {
  private readonly list: readonly T[]

  constructor(list: readonly T[]) {
    super()
    this.list = list
  }

  override generate(): Value<readonly T[]> {
    return new Value(this.list, { size: Math.ceil(this.list.length / 2), from: 0 })
  }

  override canShrinkWithoutContext(value: unknown): value is readonly T[] {
    return Array.isArray(value)
  }

  override shrink(value: readonly T[], context: unknown): Stream<Value<readonly T[]>> {
    return stream(pieces(value, context as Place))
  }
}

function* pieces<T>(list: readonly T[], place: Place): Generator<Value<readonly T[]>, void, void> {
  for (let { size, from } = place; size >= 1; size = Math.floor(size / 2), from = 0) {
    for (let at = from; at < list.length; at += size) {
      yield new Value(list.toSpliced(at, size), { size, from: at })
    }
  }
}
