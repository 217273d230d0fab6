import colors from 'picocolors'
import { TOPICS } from '../../billing/events.ts'
import { ORDERS } from '../../billing/intake.ts'
import type { BrokerAccess } from '../../shared/kafka/client.ts'
import { DEAD_LETTER } from '../../shared/kafka/dead-letter.ts'
import { table } from '../local/table.ts'
import { partitionsOf } from '../places/log-reader.ts'
import { findPlaces } from '../places/places.ts'
import { runTool } from '../places/tool.ts'
import { ID, whyNotReplayable } from './letter.ts'
import { type Found, findLetter, listLetters, mark, sendAgain, stateOf } from './letters.ts'
import { type Command, parse } from './options.ts'
import { harmless, shownBytes } from './shown.ts'

const HELP = `Looks after the records that nobody could act on.

  bun run dead-letters list [--all] [--max N] [--json]
  bun run dead-letters show <id>… [--full]
  bun run dead-letters replay <id>… [--again]
  bun run dead-letters discard <id>… --reason TEXT

  list      the open ones, oldest first; --all: also those that are done with
  show      all that is known of one; --full: however long it is
  replay    sends its bytes to the topic they came from once more. Nothing is done twice: numbers
            and unique ids tell repeats apart. --again: although it was replayed or discarded
  discard   nothing has to be done about it, and why

  --folder DIR   of the system that \`bun run up --folder DIR\` runs; otherwise the environment says
                 where the broker is (KAFKA_BROKERS and the like, as for the services)

An id is the partition and the offset of the letter, such as 2-17. The exit code is 0 when all was
done, 1 when something was refused or failed, 2 when the command line is wrong.
`

/** The topics that services read from others: what came from there can be sent there again. */
const INPUTS: readonly string[] = [ORDERS, TOPICS.transactions, TOPICS.approved, TOPICS.rejected]
const SHOWN_MAX = 2_000
const REASON_MAX = 80

const run = async (kafka: BrokerAccess, command: Command): Promise<number> => {
  if (command.name === 'list') return list(kafka, command)
  const partitions = await partitionsOf(kafka, DEAD_LETTER)
  let failed = 0
  for (const id of command.ids) {
    const isThere = partitions.includes(Number(ID.exec(id)?.[1]))
    const found = isThere ? await findLetter(kafka, id) : undefined
    const problem =
      found === undefined ? 'there is no such letter' : await treat(kafka, id, found, command)
    if (problem === undefined) continue
    failed += 1
    console.error(colors.red(`${id}: ${problem}`))
  }
  return failed === 0 ? 0 : 1
}

const list = async (
  kafka: BrokerAccess,
  { all, json, max }: Command & { name: 'list' },
): Promise<number> => {
  const letters = (await listLetters(kafka)).filter(({ state }) => all || state === 'open')
  const shown = letters.slice(-max)
  if (json) {
    console.log(JSON.stringify(shown, null, 2))
    return 0
  }
  if (letters.length === 0) {
    console.log(all ? 'There are no dead letters.' : 'There are no open dead letters.')
    return 0
  }
  const rows = shown.map(({ id, at, state, source, reason }) => [
    id,
    at.toISOString(),
    state,
    harmless(source),
    harmless(reason.slice(0, REASON_MAX)),
  ])
  console.log(table([['id', 'time', 'state', 'from', 'reason'], ...rows]))
  const more = letters.length - shown.length
  if (more > 0) console.log(`… and ${more} older ones: --max ${letters.length}`)
  return 0
}

/** Does to a letter what was asked for, or answers why not. */
const treat = async (
  kafka: BrokerAccess,
  id: string,
  { entry, done }: Found,
  command: Exclude<Command, { name: 'list' }>,
): Promise<string | undefined> => {
  if (command.name === 'show') {
    console.log(shownLetter(id, { entry, done }, command.full ? Infinity : SHOWN_MAX))
    return undefined
  }
  if (command.name === 'discard') {
    await mark(kafka, id, 'discarded', command.reason)
    console.log(`${id}: discarded`)
    return undefined
  }
  if (entry.type === 'foreign') return `it is no letter of ours (${entry.why})`
  const state = stateOf(done)
  if (state !== 'open' && !command.again) return `it was ${state} already; --again does it again`
  const obstacle = whyNotReplayable(entry.letter, INPUTS)
  if (obstacle !== undefined) return `cannot be replayed: ${obstacle}`
  // In this sequence: a replay that was not noted is harmless, one that was only noted is not.
  await sendAgain(kafka, entry.letter)
  await mark(kafka, id, 'replayed', state === 'open' ? 'replayed' : 'replayed again')
  console.log(`${id}: sent to ${entry.letter.topic} again`)
  return undefined
}

const shownLetter = (id: string, { entry, done }: Found, max: number): string => {
  const lines: [string, string][] = [
    ['id', id],
    ['state', stateOf(done)],
  ]
  if (entry.type === 'foreign') {
    lines.push(['time', entry.at.toISOString()], ['not ours', harmless(entry.why)])
  } else {
    const { at, topic, partition, offset, reason, key, value } = entry.letter
    const { keySha256, keyBytes, sha256, bytes } = entry.letter
    lines.push(
      ['time', at.toISOString()],
      ['from', harmless(`${topic}/${partition}@${offset}`)],
      ['reason', harmless(reason)],
      ['key', shownBytes(key, max)],
      ['value', shownBytes(value, max)],
    )
    if (key === undefined) {
      lines.push(['key digest', harmless(`sha256 ${keySha256} of ${keyBytes} bytes`)])
    }
    if (value === undefined) lines.push(['digest', harmless(`sha256 ${sha256} of ${bytes} bytes`)])
  }
  for (const { at, action, reason } of done) {
    lines.push([action, harmless(`${at.toISOString()} ${reason}`)])
  }
  return table(lines)
}

await runTool({
  name: 'dead-letters',
  help: HELP,
  parse,
  run: ({ command, folder }) => run(findPlaces(folder, process.env).kafka, command),
})
