import { describe, expect, test } from 'bun:test'
import { parse } from './arguments.ts'

const UP = ['detach', 'reset', 'ports'] as const
const options = { detach: false, reset: false, json: false, observe: false, freePorts: false }

describe('what is understood', () => {
  test.each([
    ['nothing', [], options],
    ['a flag', ['--detach'], { ...options, detach: true }],
    ['two', ['--reset', '--ports', 'free'], { ...options, reset: true, freePorts: true }],
    ['a value after =', ['--ports=preferred'], options],
    ['a folder', ['--folder', '/x'], { ...options, folder: '/x' }],
  ] as const)('%s', (_name, words, expected) => {
    expect(parse(words, UP)).toMatchObject({ kind: 'run', options: expected })
  })
  test.each([['--help'], ['-h']])('%s', (word) => {
    expect(parse([word], [])).toEqual({ kind: 'help' })
  })
  test('without a folder, .local of the project', () => {
    const parsed = parse([], [])
    expect(parsed.kind === 'run' && parsed.options.folder).toEndWith('/.local')
  })
})

describe('what is not, and what the error names', () => {
  test.each([
    ['an unknown flag', ['--nope'], '--nope'],
    ['a flag of another command', ['--json'], '--json'],
    ['a stray word', ['start'], 'start'],
    ['a value where none belongs', ['--detach=yes'], '--detach'],
    ['a missing value', ['--folder'], '--folder'],
    ['an empty folder', ['--folder', ''], '--folder'],
    ['an unknown choice', ['--ports', 'many'], "'many'"],
  ] as const)('%s', (_name, words, named) => {
    const parsed = parse(words, UP)
    expect(parsed).toEqual({ kind: 'wrong', why: expect.stringContaining(named) })
  })
})
