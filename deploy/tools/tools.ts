import { bring } from './bring.ts'
import { TOOL_NAMES } from './go-tools.ts'
import { bringSchemas } from './schemas.ts'

/**
 * Brings what the charts are checked with, one after the other, and says where each is:
 * `bun run tools`. What cannot be had is told as skipped, and is no failure.
 */
const steps = [
  ...TOOL_NAMES.map((name) => ({ name, run: () => bring(name) })),
  { name: 'schemas', run: bringSchemas },
]

for (const { name, run } of steps) {
  const startedAt = performance.now()
  const brought = await run()
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10
  const answer = 'path' in brought ? brought.path : `skipped: ${brought.reason}`
  console.log(`${name.padEnd(12)} ${answer} (${seconds} s)`)
}
