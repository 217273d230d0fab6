import colors from 'picocolors'
import { parse } from './arguments.ts'
import { askPart, type PartReport } from './ask-part.ts'
import { runCommand } from './command.ts'
import { layout } from './folder.ts'
import { readLiveState, readState, type State } from './state.ts'
import { table } from './table.ts'

const HELP = `Tells how the system is that \`bun run up\` started.

  bun run status [--json] [--folder DIR]

The exit code is 0 when everything is ready and 1 otherwise.
`

type Report = {
  /** Everything runs and answers. */
  ready: boolean
  phase: State['phase']
  url?: string
  reason?: string
  parts: PartReport[]
}

const main = async (): Promise<number> => {
  const parsed = parse(process.argv.slice(2), ['json'])
  if (parsed.kind === 'help') {
    console.log(HELP)
    return 0
  }
  if (parsed.kind === 'wrong') {
    console.error(`${parsed.why}\nTry: bun run status --help`)
    return 2
  }
  const report = await look(layout(parsed.options.folder).state)
  console.log(parsed.options.json ? JSON.stringify(report, null, 2) : asText(report))
  return report.ready ? 0 : 1
}

const look = async (file: string): Promise<Report> => {
  const state = readLiveState(file)
  if (state === undefined) {
    const { reason } = readState(file) ?? {}
    return { ready: false, phase: 'stopped', ...(reason && { reason }), parts: [] }
  }
  const parts = await Promise.all(state.parts.map(askPart))
  const { reason } = state
  const ready = state.phase === 'ready' && parts.every(({ answers }) => answers)
  const { phase, url } = state
  return { ready, phase, ...(url && { url }), ...(reason && { reason }), parts }
}

const asText = ({ phase, parts, reason }: Report): string => {
  const why = phase === 'waiting' && reason !== undefined ? `\n\nIt waits: ${reason}` : ''
  if (parts.length === 0) {
    const last = reason === undefined ? '' : ` The last start failed: ${reason.split('\n', 1)[0]}`
    return phase === 'stopped' ? `Nothing is running.${last}` : `It is ${phase}.`
  }
  const rows = parts.map(({ name, answers, address, pid, detail = '' }) => [
    name,
    answers ? 'ready' : 'not ready',
    address,
    pid === undefined ? '' : String(pid),
    detail,
  ])
  const text = table([['part', 'state', 'address', 'process', ''], ...rows])
  return text.replaceAll(/\bnot ready\b/g, (word) => colors.red(word)) + why
}

await runCommand(main)
