import { beforeAll, describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import postgres from 'postgres'
import { type Addresses, system } from '../support/system.ts'

/** Whatever is thrown at the real services: a clear 4xx, nothing changed, and never a 500. */

let addresses: Addresses
beforeAll(async () => {
  addresses = await system()
})

const ENDPOINTS = [
  ['POST', '/billing-service/account/create', 'billing'],
  ['PATCH', '/billing-service/account/put', 'billing'],
  ['POST', '/order-service/order/create', 'order'],
] as const

const TABLES = {
  billing: ['accounts', 'transactions', 'outbox'],
  order: ['orders', 'outbox'],
} as const

/** How many rows each table has: what a refused request must leave as it was. */
const countRows = async (service: keyof typeof TABLES): Promise<Record<string, number>> => {
  const sql = postgres(addresses[service].databaseUrl, { max: 1 })
  try {
    const counts = await Promise.all(
      TABLES[service].map(async (table) => {
        const [row] = await sql<[{ count: string }]>`select count(*) from ${sql(table)}`
        return [table, Number(row.count)] as const
      }),
    )
    return Object.fromEntries(counts)
  } finally {
    await sql.end()
  }
}

const send = (
  method: string,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  service: keyof typeof TABLES,
) =>
  fetch(addresses[service].url + path, {
    method,
    body,
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
  })

/** Near misses: a body that is almost right in one field, which random JSON never is. */
const almostRight = fc.record(
  {
    account: fc.oneof(fc.constant('ada'), fc.string({ unit: 'binary' }), fc.jsonValue()),
    amount: fc.oneof(
      fc.constantFrom<unknown>(0, -1, 1.005, 1e300, '1e2', '٥', '0x5', '', ' 5', '10000000000000'),
      fc.jsonValue(),
    ),
    hash: fc.oneof(fc.constantFrom('', 'a b', '\u0000', 'х'), fc.jsonValue()),
    extra: fc.jsonValue(),
  },
  { requiredKeys: ['extra'] },
)
const anyBody = fc.oneof(
  almostRight.map((value) => JSON.stringify(value)),
  fc.json({ maxDepth: 12 }),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
)

describe('any bytes at all', () => {
  test.each(ENDPOINTS)(
    '%s %s are refused with a problem, and change nothing',
    async (method, path, service) => {
      const before = await countRows(service)
      await fc.assert(
        fc.asyncProperty(anyBody, async (body) => {
          const response = await send(method, path, body, service)
          const problem = (await response.json()) as { code: unknown; status: unknown }
          expect(response.headers.get('content-type')).toBe('application/problem+json')
          expect([400, 413, 415, 422]).toContain(response.status)
          expect(problem.code).toMatch(/^[a-z_]+$/)
          expect(problem.status).toBe(response.status)
        }),
        { numRuns: 300 },
      )
      expect(await countRows(service)).toEqual(before)
      expect((await fetch(`${addresses[service].opsUrl}/ready`)).status).toBe(200)
    },
  )
})
