import { join } from 'node:path'
import type * as Simulation from '../simulation/simulate.ts'

/** Simulates a test build until a seed fails; a process of its own, as builds must not mix. */
const [folder = '', seeds = '0', workers = '1'] = process.argv.slice(2)
const { simulate }: typeof Simulation = await import(join(folder, 'tests/simulation/simulate.ts'))
const {
  failures,
  seeds: done,
  seconds,
} = await simulate({
  from: 1,
  seeds: Number(seeds),
  workers: Number(workers),
  stopAtFirst: true,
})
const [first] = failures
console.log(JSON.stringify({ done, seconds, first }))
process.exit(0)
