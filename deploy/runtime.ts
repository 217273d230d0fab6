/**
 * Variables that Bun reads at its start, for each service wherever it runs. In bytes: what its
 * garbage collector takes for the memory of the machine. On a large machine it lets garbage pile
 * up to several times of what is in use; a backlog then cost billing 385 MB, and costs 200 MB so.
 * It is no limit. (Bun's counterpart of Node's `--max-old-space-size`, oven-sh/bun#6548.)
 */
export const RUNTIME = { BUN_JSC_forceRAMSize: String(512 * 1024 ** 2) } as const
