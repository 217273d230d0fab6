import { expect, test } from 'bun:test'
import { keptLog } from '../tests/support/kept-log.ts'
import { untilAvailable } from './available.ts'

const attempts = (...reasons: string[]) => {
  const left = [...reasons]
  return () => {
    const reason = left.shift()
    return reason === undefined ? Promise.resolve() : Promise.reject(new Error(reason))
  }
}

const wait = async (attempt: () => Promise<void>, isTransient = true) => {
  const { log, lines } = keptLog()
  const dependency = { what: 'the shop', attempt, isTransient: () => isTransient, log }
  await untilAvailable(dependency, new AbortController().signal)
  return lines
}

test('what is there is not worth a line', async () => {
  expect(await wait(attempts())).toEqual([])
})

test('each reason to wait is said once', async () => {
  expect(await wait(attempts('closed', 'closed', 'full', 'closed'))).toMatchObject([
    { level: 'warn', msg: 'waiting for the shop', reason: 'closed' },
    { level: 'warn', msg: 'waiting for the shop', reason: 'full' },
    { level: 'info', msg: 'the shop: there now', failures: 4 },
  ])
})

test('what time does not cure ends the wait', async () => {
  const ended = await wait(attempts('burnt down'), false).catch((error: unknown) => error)
  expect(ended).toEqual(new Error('burnt down'))
})
