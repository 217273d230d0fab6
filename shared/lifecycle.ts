/** Ends what was started; resolves when nothing of it is left. */
export type Stop = () => Promise<void>

/**
 * Something that runs as long as the process does. Starting it hands back how to stop it. A start
 * that has to wait for others gives up when `stopping` is aborted.
 */
export type Part = {
  name: string
  start: (stopping: AbortSignal) => Promise<Stop>
}
