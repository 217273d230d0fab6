import { afterEach, beforeEach, expect, test } from 'bun:test'
import { until } from '../../support/until.ts'
import { watchCounter } from './dropped.ts'

let value: number | undefined
let looks = 0
let server: Bun.Server<undefined>
beforeEach(() => {
  looks = 0
  server = Bun.serve({
    port: 0,
    fetch: () => {
      looks += 1
      return value === undefined
        ? new Response('', { status: 503 })
        : new Response(`# HELP x\nx{result="repeated"} ${value}\nx{result="decided"} 99\n`)
    },
  })
})
afterEach(() => server.stop(true))

const watch = () => watchCounter([`http://127.0.0.1:${server.port}`], 'x{result="repeated"}', 5)
const seen = async () => {
  const before = looks
  await until(() => looks > before + 1, { what: 'a look' })
}

test('a counter that begins anew with its process goes on from where it was', async () => {
  value = 3
  const watched = watch()
  await seen()
  value = 5
  await seen()
  value = undefined
  await seen()
  value = 2
  await seen()
  expect(await watched.stop()).toBe(7)
})

test('what rises between the last look and the end is counted', async () => {
  value = 1
  const watched = watch()
  await seen()
  value = 4
  expect(await watched.stop()).toBe(4)
})
