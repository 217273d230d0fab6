import { describe, expect, test } from 'bun:test'
import { chooseBroker, javaVersion } from './broker-kind.ts'

const none = { redpanda: undefined, kafka: undefined }
const noDocker = { redpanda: 'docker is not installed', kafka: undefined }
const nothing = { redpanda: 'docker is not installed', kafka: 'java is not installed' }

test.each([
  ['a given one first of all', true, none, undefined, { kind: 'given' }],
  ['a given one when there is nothing else', true, nothing, undefined, { kind: 'given' }],
  ['a container before Java', false, none, undefined, { kind: 'redpanda' }],
  ['Java without a container engine', false, noDocker, undefined, { kind: 'kafka' }],
  ['what holds the data, whatever came since', false, none, 'kafka', { kind: 'kafka' }],
  ['a free choice after a given one', false, noDocker, 'given', { kind: 'kafka' }],
] as const)('%s', (_name, given, obstacles, earlier, expected) => {
  expect(chooseBroker(given, obstacles, earlier)).toEqual(expected)
})

test.each([
  [
    'nothing to use: all three ways and their obstacles',
    nothing,
    undefined,
    ['KAFKA_BROKERS', 'docker is not installed', 'java is not installed'],
  ],
  ['what holds the data is away: how to go on', noDocker, 'redpanda', ['Redpanda', '--reset']],
] as const)('%s', (_name, obstacles, earlier, words) => {
  const choice = chooseBroker(false, obstacles, earlier)
  for (const word of words) {
    expect(choice).toEqual({ problem: expect.stringContaining(word) })
  }
})

describe('the version of Java', () => {
  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_402"', 8],
    ['openjdk version "21" 2023-09-19', 21],
    ['Unable to locate a Java Runtime', undefined],
  ])('%s', (text, version) => {
    expect(javaVersion(text)).toBe(version)
  })
})
