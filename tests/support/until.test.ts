import { expect, test } from 'bun:test'
import { until } from './until.ts'

test('answers what the condition answers, once it is truthy', async () => {
  const answers = [undefined, 0, 'yes']
  expect(await until(() => answers.shift(), { what: 'a yes' })).toBe('yes')
})
test('an error counts as not yet', async () => {
  let calls = 0
  const condition = () => {
    calls += 1
    if (calls < 3) throw new Error('refused')
    return calls
  }
  expect(await until(condition, { what: 'an answer' })).toBe(3)
})
test('at the deadline it says what it waited for, and the last error', async () => {
  const refuse = () => Promise.reject(new Error('refused'))
  const waiting = until(refuse, { what: 'the moon', deadlineMs: 30 })
  expect(await waiting.catch((error: unknown) => error)).toMatchObject({
    message: 'waited 30 ms in vain for the moon',
    cause: { message: 'refused' },
  })
})
