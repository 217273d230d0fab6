/**
 * What was written, boiled down: of each key of a topic the number of records and a digest of
 * their values in sequence. Two tallies are equal when every reader saw the same.
 */
export type Tally = Map<string, { count: number; digest: bigint }>

export const addTo = (tally: Tally, topic: string, key: string, value: string): void => {
  const name = `${topic} ${key}`
  const before = tally.get(name) ?? { count: 0, digest: 0n }
  tally.set(name, {
    count: before.count + 1,
    digest: Bun.hash.xxHash64(value, before.digest),
  })
}

/** A sentence for each key that is not as it should be. */
export const differences = (expected: Tally, actual: Tally): string[] =>
  [...new Set([...expected.keys(), ...actual.keys()])].flatMap((name) => {
    const [wanted, found] = [expected.get(name), actual.get(name)]
    if (wanted?.count !== found?.count) {
      return [`${name}: ${found?.count ?? 0} records, expected ${wanted?.count ?? 0}`]
    }
    return wanted?.digest === found?.digest ? [] : [`${name}: other records than expected`]
  })
