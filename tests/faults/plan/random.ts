/**
 * All chance of a run, from its seed alone. Streams of different names are independent of each
 * other and of how much was drawn from any of them, so that one more draw here moves nothing there.
 */
export type Random = {
  /** A whole number from `min` to `max`, both included. */
  int: (min: number, max: number) => number
  chance: (probability: number) => boolean
  pick: <T>(list: readonly T[]) => T
  shuffled: <T>(list: readonly T[]) => T[]
  /** Another stream of the same seed. */
  named: (name: string) => Random
}

export const randomOf = (seed: number, name = ''): Random => {
  const next = sfc32(new Bun.CryptoHasher('sha256').update(`${seed}/${name}`).digest())
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    int,
    chance: (probability) => next() < probability,
    pick: (list) => {
      const picked = list[int(0, list.length - 1)]
      if (picked === undefined) throw new Error('nothing to pick from')
      return picked
    },
    shuffled: (list) => {
      const left = [...list]
      return list.map(() => left.splice(int(0, left.length - 1), 1)).flat()
    },
    named: (other) => randomOf(seed, `${name}/${other}`),
  }
}

/** Chris Doty-Humphrey's sfc32: 128 bits of state, passes PractRand. Answers 0 ≤ x < 1. */
const sfc32 = (state: Buffer): (() => number) => {
  let [a, b, c, counter] = [0, 4, 8, 12].map((at) => state.readInt32LE(at)) as Quad
  return () => {
    const drawn = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + drawn) | 0
    return (drawn >>> 0) / 2 ** 32
  }
}

type Quad = [number, number, number, number]
