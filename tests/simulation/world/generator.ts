/** All chance of a simulation: equal seeds give equal numbers, on every machine. */
export type Generator = {
  /** At least 0, less than 1. */
  next: () => number
  /** A whole number from `min` to `max`, both included. */
  integer: (min: number, max: number) => number
  chance: (probability: number) => boolean
  pick: <T>(list: readonly T[]) => T
  /** Mostly near zero and sometimes far: how waiting times are. */
  exponential: (mean: number) => number
}

/** sfc32, started from the seed by splitmix32: small, fast, and good enough for tests. */
export const generator = (seed: number): Generator => {
  const mix = splitmix(seed)
  let [a, b, c, d] = [mix(), mix(), mix(), 1]

  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let round = 0; round < 12; round += 1) next()

  return {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (probability) => probability > 0 && next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] as (typeof list)[number],
    exponential: (mean) => -Math.log(1 - next()) * mean,
  }
}

const splitmix = (seed: number) => {
  let state = seed | 0
  return (): number => {
    state = (state + 0x9e3779b9) | 0
    let t = state ^ (state >>> 16)
    t = Math.imul(t, 0x21f0aaad)
    t ^= t >>> 15
    t = Math.imul(t, 0x735a2d97)
    return t ^ (t >>> 15)
  }
}
