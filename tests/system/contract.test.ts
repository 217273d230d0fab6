import { describe, expect, test } from 'bun:test'
import { runContract } from '../newman.ts'
import { system } from '../support/system.ts'

/** The collection that anybody can run against any address, here against the whole system. */
describe('the contract, by newman', () => {
  test.each([1, 2])('holds, in run %i on the same system', async () => {
    const { url } = await system()
    const { failures, assertions } = await runContract({ url, silent: true })
    expect(failures).toEqual([])
    expect(assertions).toBeGreaterThan(200)
  })
})
