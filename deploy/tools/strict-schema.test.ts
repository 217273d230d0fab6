import { expect, test } from 'bun:test'
import { objectSchema, strictSchema } from './strict-schema.ts'

const definitions = {
  Port: {
    type: 'object',
    description: 'A port.',
    properties: {
      number: { type: 'integer', format: 'int32', description: 'Its number.' },
      format: { type: 'string' },
    },
  },
  Tree: { type: 'object', properties: { child: { $ref: '#/definitions/Tree' } } },
}

test('references are filled in, unknown fields refused, descriptions dropped', () => {
  expect(
    strictSchema(
      { properties: { ports: { type: 'array', items: { $ref: '#/definitions/Port' } } } },
      definitions,
    ),
  ).toEqual({
    properties: {
      ports: {
        type: 'array',
        items: {
          type: 'object',
          properties: { number: { type: 'integer' }, format: { type: 'string' } },
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  })
})
test('a map of names keeps its rule for the values', () => {
  const labels = { type: 'object', additionalProperties: { type: 'string' } }
  expect(strictSchema(labels, {})).toEqual(labels)
})
test('a type within itself ends', () => {
  expect(strictSchema({ $ref: '#/definitions/Tree' }, definitions)).toEqual({
    type: 'object',
    properties: { child: {} },
    additionalProperties: false,
  })
})
test('a quantity and an int-or-string take numbers', () => {
  const quantity = { $ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity' }
  expect(strictSchema(quantity, {})).toEqual({ type: ['string', 'number'] })
  expect(strictSchema({ 'x-kubernetes-int-or-string': true }, {})).toEqual({
    type: ['string', 'integer'],
  })
})
test('what keeps unknown fields stays open', () => {
  const open = { properties: {}, 'x-kubernetes-preserve-unknown-fields': true }
  expect(strictSchema(open, {})).toEqual({ properties: {} })
})
test('a reference to nothing is an error', () => {
  expect(() => strictSchema({ $ref: '#/definitions/Missing' }, {})).toThrow('Missing')
})
test('an object says its type and has metadata that is checked', () => {
  const type = { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject' }
  const ObjectMeta = { type: 'object', properties: { name: { type: 'string' } } }
  const crd = { properties: { metadata: { type: 'object' } }, required: ['spec'] }
  expect(
    objectSchema(type, crd, { 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': ObjectMeta }),
  ).toEqual({
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { const: 'keda.sh/v1alpha1' },
      kind: { const: 'ScaledObject' },
      metadata: { ...ObjectMeta, additionalProperties: false },
    },
    additionalProperties: false,
  })
})
