import { check, property, subarray } from 'fast-check'
import type { Scenario } from './scenario.ts'
import { simulate } from './simulation.ts'

/** How many scenarios may be tried; each takes some 50 ms. */
const TRIES = 400

const isWrong = (scenario: Scenario): boolean => simulate(scenario).violations.length > 0

/**
 * A smaller scenario that goes wrong as well: fewer operations and fewer faults of the same seed.
 * To be called from the event loop, as `simulate` is.
 */
export const shrink = (scenario: Scenario, goesWrong = isWrong): Scenario => {
  const [operations, faults] = [
    indexesOf(scenario.operations.length),
    indexesOf(scenario.faults.length),
  ]
  let smallest = scenario
  let tries = 0
  const isFine = (operationIndexes: number[], faultIndexes: number[]): boolean => {
    tries += 1
    if (tries > TRIES) return true
    const smaller: Scenario = {
      ...scenario,
      operations: scenario.operations.filter((_, index) => operationIndexes.includes(index)),
      faults: scenario.faults.filter((_, index) => faultIndexes.includes(index)),
    }
    if (!goesWrong(smaller)) return true
    smallest = smaller
    return false
  }
  check(property(subarray(operations), subarray(faults), isFine), {
    numRuns: 1,
    seed: scenario.seed,
    examples: [[operations, faults]],
  })
  return smallest
}

const indexesOf = (size: number): number[] => Array.from({ length: size }, (_, index) => index)
