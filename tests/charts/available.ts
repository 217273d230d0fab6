import { describe } from 'bun:test'
import { bring } from '../../deploy/tools/bring.ts'
import { TOOL_NAMES, type ToolName } from '../../deploy/tools/go-tools.ts'
import { bringSchemas } from '../../deploy/tools/schemas.ts'

/** What the tests of the charts need; built at first use, which takes some minutes. */
const paths = new Map<ToolName | 'schemas', string>()
const reasons: string[] = []
for (const name of [...TOOL_NAMES, 'schemas'] as const) {
  const brought = name === 'schemas' ? await bringSchemas() : await bring(name)
  if ('path' in brought) paths.set(name, brought.path)
  else reasons.push(brought.reason)
}
if (reasons.length > 0) console.log(`skipped: what renders charts, because ${reasons.join('; ')}`)

/** Why charts cannot be rendered here; undefined when they can. */
export const missing: string | undefined = reasons[0]

/** Tests that are skipped, with the reason printed once, where a tool cannot be had. */
export const withTools = describe.skipIf(missing !== undefined)

/** Only within `withTools`, where all are there. */
export const pathOf = (name: ToolName | 'schemas'): string => {
  const path = paths.get(name)
  if (path === undefined) throw new Error(`${name} is not there: ${missing}`)
  return path
}
