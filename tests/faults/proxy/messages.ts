/**
 * Cuts a stream into whole messages, however it was cut on its way. `sizeOf` tells the size of the
 * message that begins here, or undefined while not even that can be told; it is asked when the one
 * before has been read.
 */
export const splitter = <T>(
  sizeOf: (bytes: Buffer) => number | undefined,
  read: (message: Buffer) => T,
): ((bytes: Buffer) => T[]) => {
  let held: Buffer[] = []
  let length = 0
  let needed = 0
  return (bytes) => {
    held.push(bytes)
    length += bytes.length
    // A large message comes in many chunks, and need not be put together for each of them.
    if (length < needed) return []
    let rest = held.length === 1 ? bytes : Buffer.concat(held)
    const messages: T[] = []
    for (;;) {
      const size = sizeOf(rest)
      needed = size ?? rest.length + 1
      if (needed > rest.length) break
      messages.push(read(rest.subarray(0, needed)))
      rest = rest.subarray(needed)
    }
    held = rest.length === 0 ? [] : [rest]
    length = rest.length
    return messages
  }
}
