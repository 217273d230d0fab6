/** Runs a command of the command line to its exit code; an error is told without a stack. */
export const runCommand = async (main: () => Promise<number>): Promise<never> => {
  // In a pipe, Ctrl-C also ends who reads it; what cannot be shown any more must not end us.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  try {
    process.exit(await main())
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(1)
  }
}
