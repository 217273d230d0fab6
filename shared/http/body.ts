import { refuse } from './edge-problems.ts'
import { parseJson } from './json.ts'
import type { Refusal } from './problem.ts'

/** The largest body that is read. An ordinary one has about 100 bytes. */
export const BODY_BYTES_MAX = 16 * 1024

export type Body = { ok: true; value: unknown } | { ok: false; refusal: Refusal }

/**
 * Reads the body of a request as strict JSON (`parseJson`). Says 415 to anything but plain
 * `application/json` in UTF-8, 413 above 16 KB whether or not the length was announced, and 400
 * to what is not UTF-8 or not JSON, an empty body and a byte order mark included.
 */
export const readBody = async (request: Request): Promise<Body> => {
  const { headers } = request
  if (!isJson(headers.get('content-type')) || isEncoded(headers.get('content-encoding'))) {
    return no('unsupported_media_type')
  }
  if (Number(headers.get('content-length')) > BODY_BYTES_MAX) return no('body_too_large')

  let bytes: ArrayBuffer
  try {
    bytes = await request.arrayBuffer()
  } catch {
    // The client hung up, was too slow, or sent more than the server takes: nobody reads this.
    return no('bad_request')
  }
  if (bytes.byteLength > BODY_BYTES_MAX) return no('body_too_large')

  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch {
    return no('malformed_json')
  }
  const parsed = parseJson(text)
  if (parsed.ok) return parsed
  return no(parsed.reason === 'malformed' ? 'malformed_json' : 'validation_failed')
}

const no = (code: Parameters<typeof refuse>[0]): Body => ({
  ok: false,
  refusal:
    code === 'validation_failed'
      ? refuse(code, { extension: { errors: [{ path: '', message: 'unknown field' }] } })
      : refuse(code),
})

/** A byte order mark stays in the text, where JSON has no place for it. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const isEncoded = (contentEncoding: string | null): boolean =>
  contentEncoding !== null && contentEncoding.toLowerCase() !== 'identity'

const isJson = (contentType: string | null): boolean => {
  if (contentType === 'application/json') return true
  if (contentType === null) return false
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  return type === 'application/json' && parameters.every(isUtf8IfCharset)
}

/** A comma comes from a second Content-Type header, and then nobody knows which one holds. */
const isUtf8IfCharset = (parameter: string): boolean =>
  !parameter.includes(',') &&
  (!parameter.startsWith('charset') || /^charset=(utf-8|"utf-8")$/.test(parameter))
