import { closeSync, openSync, readSync, statSync } from 'node:fs'

const POLL_MS = 200
const CHUNK_BYTES = 64 * 1024

export type Tail = {
  /** Hands over what is there and ends. */
  stop: () => void
}

/** Hands over each line that is appended to a file from now on; the file need not exist yet. */
export const tail = (file: string, onLine: (line: string) => void): Tail => {
  const decoder = new TextDecoder()
  let position = sizeOf(file)
  let rest = ''
  const look = () => {
    const size = sizeOf(file)
    // It was emptied or replaced by a fresh one.
    if (size < position) position = 0
    while (position < size) {
      const bytes = readAt(file, position)
      if (bytes.length === 0) break
      position += bytes.length
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    }
  }
  const timer = setInterval(look, POLL_MS)
  return {
    stop() {
      clearInterval(timer)
      look()
    },
  }
}

const sizeOf = (file: string): number => {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}

const readAt = (file: string, position: number): Uint8Array => {
  const descriptor = openSync(file, 'r')
  try {
    const buffer = new Uint8Array(CHUNK_BYTES)
    return buffer.subarray(0, readSync(descriptor, buffer, 0, CHUNK_BYTES, position))
  } finally {
    closeSync(descriptor)
  }
}
