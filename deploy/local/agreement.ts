import { pause } from '../../shared/wait.ts'
import type { Places } from '../places/places.ts'
import { withDatabases } from '../places/sql.ts'
import { diagnose, shownTrouble } from '../recovery/diagnosis.ts'

const LOOK_AGAIN_MS = 500
/** Topics may have been made this moment, or be in somebody's hands: only what lasts is told. */
const FAILURES = 20

/**
 * Waits until the log and the databases are of one piece: services would halt, or give numbers
 * twice. Says what is to be done about it, once for each reason, and goes on when it is done.
 */
export const awaitAgreement = async (
  places: Places,
  command: string,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<string> => {
  let told = ''
  for (let failures = 0; ; ) {
    const { text, isFailure } = await look(places, command)
    if (text === undefined) return told === '' ? 'of one piece' : 'of one piece again'
    failures = isFailure ? failures + 1 : 0
    if (text !== told && (!isFailure || failures >= FAILURES)) {
      tell(text)
      told = text
    }
    await pause(LOOK_AGAIN_MS, signal)
    signal.throwIfAborted()
  }
}

type Look = { text: string | undefined; isFailure: boolean }

const look = async (places: Places, command: string): Promise<Look> => {
  try {
    const troubles = await withDatabases(places, 'verify', (databases) =>
      diagnose(places.kafka, databases),
    )
    const [first] = troubles
    const text =
      first &&
      `${shownTrouble(first)}. The services wait. From another terminal: ${command} ${first.case} --yes`
    return { text, isFailure: false }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { text: `log and books cannot be compared: ${why}`, isFailure: true }
  }
}
