import { expect, test } from 'bun:test'
import { closedLoop, forEachAtOnce } from './closed-loop.ts'

test('failures are counted by their word and leave no time behind', async () => {
  const answers = ['done', '503', 'throw', '503']
  // As many at once as there are answers, so that they are all taken however little time there is.
  const load = await closedLoop(answers.length, 0.05, async () => {
    const answer = answers.shift()
    if (answer === 'throw') throw new TypeError('no answer')
    return answer ?? 'late'
  })
  expect(load.timesMs).toHaveLength(1)
  expect(load.failures).toMatchObject({ '503': 2, TypeError: 1 })
  expect(load.elapsedMs).toBeGreaterThanOrEqual(50)
})

test('no more than so many are under way, and each item is done once', async () => {
  const items = Array.from({ length: 50 }, (_, index) => index)
  const done: number[] = []
  let underWay = 0
  let most = 0
  await forEachAtOnce(4, items, async (item) => {
    most = Math.max(most, ++underWay)
    await Promise.resolve()
    underWay--
    done.push(item)
  })
  expect(most).toBe(4)
  expect(done.toSorted((one, other) => one - other)).toEqual(items)
})

test('work that fails is told', async () => {
  const work = forEachAtOnce(2, [1, 2, 3], async (item) => {
    if (item === 2) throw new Error('two')
  })
  expect(await work.catch((error: unknown) => error)).toEqual(new Error('two'))
})
