/**
 * Variables that Bun reads at its start, for each service wherever it runs: how its garbage
 * collector sizes the heap. They are no limits. (Bun has no counterpart of Node's
 * `--max-old-space-size`, oven-sh/bun#6548; these are options of its engine, JavaScriptCore.)
 *
 * - The bytes that it takes for the memory of the machine. On a large machine it lets garbage pile
 *   up to several times of what is in use; a backlog then cost billing 385 MB, and costs 190 MB so.
 * - By how much the heap may grow after a full collection, before there is another: by half and not
 *   to its double. So it is 160 MB, for a twentieth more processor time of billing with a backlog.
 * - After a collection of what is young there is a full one, if less than this part of the heap is
 *   left for what comes. With the engine's own third nearly all of them would be full then.
 * - Not while the program runs. It stands still for 4 ms (what is young) or 20 ms (all) with a backlog,
 *   but a collector at its side takes the second core from broker and database, or waits for it:
 *   with 1,000 transactions per second, p99 was half as long again.
 */
export const RUNTIME = {
  BUN_JSC_forceRAMSize: String(512 * 1024 ** 2),
  BUN_JSC_smallHeapGrowthFactor: '1.5',
  BUN_JSC_minEdenToOldGenerationRatio: '0.25',
  BUN_JSC_useConcurrentGC: '0',
} as const
