import { connect } from 'node:net'
import { pause } from '../../shared/wait.ts'

/** What goes over the wire, byte for byte: text is Latin-1, a number is a pause in ms. */
export type Wire = readonly (string | Uint8Array | number)[]

export type RawResponse = {
  status: number
  headers: ReadonlyMap<string, string>
  body: string
}

export type Exchange = { responses: RawResponse[]; end: 'answered' | 'closed' | 'silent' }

/**
 * Sends bytes that no HTTP client would send, and reads what comes back: until there are `count`
 * answers, the server closes, or nothing more came within the deadline (`silent`).
 */
export const exchange = (
  port: number,
  wire: Wire,
  { deadlineMs = 3_000, count = 1 }: { deadlineMs?: number; count?: number } = {},
): Promise<Exchange> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = new AbortController()
    let received = ''
    const finish = (end: Exchange['end']) => {
      if (done.signal.aborted) return
      done.abort()
      socket.destroy()
      resolve({ responses: parse(received), end })
    }
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (parse(received).length >= count) finish('answered')
    })
    socket.on('close', () => finish('closed'))
    socket.on('error', () => finish('closed'))
    socket.on('connect', () => void write())
    void pause(deadlineMs, done.signal).then(() => finish('silent'))

    async function write(): Promise<void> {
      for (const piece of wire) {
        if (done.signal.aborted) return
        if (typeof piece === 'number') await pause(piece, done.signal)
        else socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
      }
    }
  })

/** The complete answers in what was received so far; interim ones (100 Continue) do not count. */
const parse = (received: string): RawResponse[] => {
  const responses: RawResponse[] = []
  let rest = received
  for (;;) {
    const split = rest.indexOf('\r\n\r\n')
    if (split === -1) return responses
    const [statusLine = '', ...lines] = rest.slice(0, split).split('\r\n')
    const status = Number(statusLine.split(' ')[1])
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
      }),
    )
    const length = Number(headers.get('content-length') ?? 0)
    const end = split + 4 + length
    if (rest.length < end) return responses
    const body = Buffer.from(rest.slice(split + 4, end), 'latin1').toString('utf8')
    if (status >= 200) responses.push({ status, headers, body })
    rest = rest.slice(end)
  }
}
