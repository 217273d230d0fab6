export type Sample = { name: string; labels: Record<string, string> }

export type Exposition = {
  /** Every metric that may be there, with samples or not yet. */
  names: ReadonlySet<string>
  samples: readonly Sample[]
}

/** Reads what /metrics answers, values aside. */
export const readExposition = (text: string): Exposition => {
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  return {
    names: new Set(
      families.flatMap(([, name = '', type]) =>
        type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name],
      ),
    ),
    samples: [...text.matchAll(/^([a-z_][a-z0-9_]*)(?:\{(.*)\})? \S+$/gm)].map(
      ([, name = '', labels = '']) => ({
        name,
        labels: Object.fromEntries(
          [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', value = '']) => [
            key,
            value,
          ]),
        ),
      }),
    ),
  }
}
