import { expect, test } from 'bun:test'
import { fits, type ToolName } from './go-tools.ts'

const table: [ToolName, string, boolean][] = [
  ['helm3', 'v3.22.0+g1234567', true],
  ['helm3', 'v3.22', true],
  ['helm3', 'v3.23.1+g1234567', true],
  ['helm3', 'v3.19.0+g1234567', false],
  ['helm3', 'v4.3.1+g1234567', false],
  ['helm4', 'v4.3.1+g1234567', true],
  ['helm4', 'v4.10.0+g1234567', true],
  ['helm4', 'v3.22.0+g1234567', false],
  ['kubeconform', 'v0.8.2', true],
  ['kubeconform', 'v0.7.0', false],
  ['kubeconform', 'development', false],
  ['helm-docs', 'helm-docs version 1.14.2', true],
  ['helm-docs', 'helm-docs version 1.15.0', false],
  ['helm-docs', 'helm-docs version ', false],
]

test.each(table)('%s that calls itself %s: %p', (name, said, answer) => {
  expect(fits(name, said)).toBe(answer)
})
