import { type SeedsOptions, simulateSeeds } from './seeds.ts'

// Simulates what its parent asks for, until the parent ends it.
process.on('message', (plan: SeedsOptions) => {
  void simulateSeeds(plan).then((report) => process.send?.(report))
})
process.on('disconnect', () => process.exit(0))
