import { describe, expect, test } from 'bun:test'
import type { RunCommand } from '../run-command.ts'
import { refuseForeignNamespaces, refuseOtherContext, refuseTakenNamespaces } from './guard.ts'

const answering =
  (output: string): RunCommand =>
  async () =>
    output

describe('a cluster that was not named', () => {
  test('is refused', () => {
    expect(refuseOtherContext('kind-test', answering('production\n'))).rejects.toThrow(
      'the current context is production, not kind-test: nothing was done',
    )
  })
  test('the named one is not', () => {
    expect(refuseOtherContext('kind-test', answering('kind-test\n'))).resolves.toBeUndefined()
  })
})

const usual = 'default <none>\nkube-system <none>\n'

describe('namespaces', () => {
  test.each([
    ['a foreign one', 'billing', 'billing   <none>'],
    ['one of an earlier run', 'billing', 'billing   exactly-once'],
    ['that of somebody’s Postgres', 'postgres', 'postgres   <none>'],
  ])('%s with a name of ours keeps us from installing', (_what, name, line) => {
    expect(refuseTakenNamespaces(answering(`${usual}${line}\n`))).rejects.toThrow(
      `already: ${name};`,
    )
  })
  test('a foreign one is not removed', () => {
    const output = `${usual}billing <none>\norder exactly-once\n`
    expect(refuseForeignNamespaces(answering(output))).rejects.toThrow(/removed: billing$/)
  })
  test('those of an earlier run may be removed', () => {
    const output = `${usual}billing exactly-once\n`
    expect(refuseForeignNamespaces(answering(output))).resolves.toBeUndefined()
  })
  test('others are no concern of ours', () => {
    expect(refuseTakenNamespaces(answering(usual))).resolves.toBeUndefined()
  })
})
