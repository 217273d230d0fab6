/**
 * Bytes as they may be shown in a terminal: text when they are text, with everything that a
 * terminal would obey written out; otherwise base64.
 */
export const shownBytes = (bytes: Buffer | null | undefined, max: number): string => {
  if (bytes === undefined) return '(not kept)'
  if (bytes === null) return '(none)'
  if (bytes.length === 0) return '(empty)'
  const [form, text] = textOf(bytes)
  const cut = text.length > max ? `${text.slice(0, max)} … (${bytes.length} bytes)` : text
  return form === 'text' ? cut : `base64 ${cut}`
}

const textOf = (bytes: Buffer): ['text' | 'base64', string] => {
  try {
    return ['text', harmless(UTF8.decode(bytes))]
  } catch {
    return ['base64', bytes.toString('base64')]
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Controls, and what turns the direction of writing or cannot be seen. */
export const harmless = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16)}}`
  })
