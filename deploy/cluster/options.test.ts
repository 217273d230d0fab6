import { describe, expect, test } from 'bun:test'
import { parseOptions } from './options.ts'

const wrong = (line: string): string | undefined => {
  const parsed = parseOptions(line.split(' ').filter(Boolean))
  return parsed.kind === 'wrong' ? parsed.why : undefined
}

describe('the command line', () => {
  test.each([
    ['', '--context is missing'],
    ['--context kind --values production-like', "--values is 'production-like'"],
    ['--context kind --values minimal,', '--values is'],
    ['--context kind --load kind', '{image}'],
    ['--context kind --url arch.homework', '--url is not a URL'],
    ['--context kind --prove', '--prove needs --url'],
    ['--context kind --stand-ins', '--stand-ins needs --load'],
    ['--context kind --frobnicate', '--frobnicate'],
    ['--context kind more', 'more'],
  ])('%p is refused: %s', (line, why) => {
    expect(wrong(line)).toContain(why)
  })

  test('names a cluster, and what to try there', () => {
    const words = ['--context', 'kind', '--values', 'minimal,locked-down', '--prove']
    expect(parseOptions([...words, '--url', 'http://arch.homework/'])).toMatchObject({
      kind: 'run',
      options: {
        context: 'kind',
        valueSets: ['minimal', 'locked-down'],
        prove: true,
        url: 'http://arch.homework',
        keep: false,
        uninstall: false,
      },
    })
  })

  test('gives help instead of doing anything', () => {
    expect(parseOptions(['--help', '--context', 'kind'])).toEqual({ kind: 'help' })
  })
})
