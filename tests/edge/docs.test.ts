import { describe, expect, test } from 'bun:test'
import * as v from 'valibot'
import { openLog } from '../../shared/log.ts'
import { demo } from './demo.ts'

const app = demo([], { log: openLog('docs', 'silent') })
const ask = (path: string) => app.handle(new Request(`http://localhost/billing-service${path}`))

const Content = v.record(v.string(), v.object({ schema: v.looseObject({}) }))
const Document = v.object({
  openapi: v.string(),
  paths: v.record(
    v.string(),
    v.record(
      v.string(),
      v.object({
        summary: v.optional(v.string()),
        operationId: v.string(),
        requestBody: v.optional(v.object({ content: Content })),
        responses: v.record(v.string(), v.object({ description: v.string(), content: Content })),
      }),
    ),
  ),
  components: v.object({ schemas: v.object({ Problem: v.looseObject({}) }) }),
})
const read = async () => v.parse(Document, await (await ask('/openapi.json')).json())

describe('the OpenAPI document', () => {
  test('describes every route, and not itself', async () => {
    const { openapi, paths } = await read()
    expect(openapi).toStartWith('3.1')
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(operations.toSorted()).toEqual([
      'get /billing-service/account/{account}',
      'get /billing-service/notification/{order}',
      'patch /billing-service/account/put',
      'post /billing-service/account/create',
    ])
  })

  test('describes an amount as a number or a string that comes in, a number that goes out', async () => {
    const { paths } = await read()
    const operation = paths['/billing-service/account/put']?.['patch']
    expect(operation?.requestBody?.content).toMatchObject({
      'application/json': {
        schema: {
          additionalProperties: false,
          required: ['account', 'amount', 'hash'],
          properties: {
            amount: {
              oneOf: [{ type: 'number' }, { type: 'string', pattern: expect.any(String) }],
            },
          },
        },
      },
    })
    expect(operation?.responses['200']?.content).toMatchObject({
      'application/json': {
        schema: {
          properties: { balance: { type: 'number' }, lastAmount: { type: ['number', 'null'] } },
        },
      },
    })
  })

  test('describes each failure as a problem, those of the edge included', async () => {
    const { paths } = await read()
    const responses = paths['/billing-service/account/put']?.['patch']?.responses ?? {}
    const failures = Object.entries(responses).filter(([status]) => Number(status) >= 400)
    const statuses = ['400', '404', '413', '415', '422', '500', '503']
    expect(failures.map(([status]) => status).toSorted()).toEqual(statuses)
    for (const [, { content }] of failures) {
      expect(content).toMatchObject({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      })
    }
    expect(responses['400']?.description).toContain('operation_repeated')
    expect(responses['400']?.description).toContain('malformed_json')
  })

  test('describes a text as text, and says the dialect once, not in every schema', async () => {
    const { paths } = await read()
    const operation = paths['/billing-service/notification/{order}']?.['get']
    expect(Object.keys(operation?.responses['200']?.content ?? {})).toEqual(['text/plain'])
    expect(await (await ask('/openapi.json')).text()).not.toContain('$schema')
  })
})

describe('the page', () => {
  test('loads only what is served beside it, and that for good', async () => {
    const page = await ask('/docs')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    const html = await page.text()
    expect(html).not.toMatch(/https?:/)
    const links = [...html.matchAll(/(?:href|src)="\/billing-service([^"]+)"/g)]
    expect(links).toHaveLength(4)
    for (const [, path = ''] of links) {
      const asset = await ask(path)
      expect(asset.status).toBe(200)
      expect(asset.headers.get('cache-control')).toContain('immutable')
      expect(asset.headers.get('content-type')).toMatch(/^(image\/png|text\/(css|javascript))/)
      expect((await asset.bytes()).length).toBeGreaterThan(100)
    }
  })
})
