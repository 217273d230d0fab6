/**
 * Puts a clock that can be wrong in the place of `Date`, for the whole process. Timers and
 * `performance.now` stay true, as the kernel's monotonic clock does when somebody sets the other.
 */
export const shiftableClock = (): { shift: (offsetMs: number) => void; trueNow: () => number } => {
  const True = Date
  let offset = 0
  const now = () => True.now() + offset
  globalThis.Date = new Proxy(True, {
    construct: (target, words, newTarget): Date =>
      Reflect.construct(target, words.length === 0 ? [now()] : words, newTarget),
    apply: () => new True(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  })
  return {
    shift: (offsetMs) => {
      offset = offsetMs
    },
    trueNow: () => True.now(),
  }
}
