import { beforeEach, describe, expect, test } from 'bun:test'
import type { Cluster, Instance } from '../cluster/types.ts'
import { type Fault, type FaultOf, INSTANCES } from '../plan/fault.ts'
import type { Stage } from './deed.ts'
import { carryOut, healAll } from './nemesis.ts'
import { measureRecoveries } from './recoveries.ts'

/** The nemesis against parts that only write down what is done to them. */

let deeds: string[]
let notes: { kind: string }[]
let counts: Record<string, number>
let passesBy: boolean
let cluster: Cluster
beforeEach(() => {
  deeds = []
  notes = []
  counts = {}
  passesBy = true
  cluster = pretended()
})

const part = (name: string) => {
  let pid: number | undefined = 1
  const done = (what: string) => void deeds.push(`${what} ${name}`)
  return {
    name,
    pid: () => pid,
    kill: async () => {
      pid = undefined
      done('kill')
    },
    stop: async () => {
      pid = undefined
      done('stop')
    },
    start: async () => {
      pid = 2
      done('start')
    },
    freeze: () => done('freeze'),
    wake: () => done('wake'),
  }
}

const instance = (name: string) => {
  const hits: Record<string, number> = {}
  return {
    ...part(name),
    service: name.split('-')[0],
    hits: () => ({ ...hits }),
    partitions: () => (name === 'billing-1' ? [0, 2] : [1, 3]),
    arm: async ({ point }: { point: string }) => {
      deeds.push(`arm ${name}`)
      return {
        hit: async () => {
          const isHit = passesBy && name.endsWith('-1')
          if (isHit) hits[point] = (hits[point] ?? 0) + 1
          return isHit
        },
      }
    },
    disarm: () => void deeds.push(`disarm ${name}`),
    shiftClock: async (ms: number) => void deeds.push(`clock ${name} ${ms}`),
  } as unknown as Instance
}

const pretended = (): Cluster => {
  const instances = INSTANCES.map(instance)
  const proxy = {
    cutAll: () => 3,
    counts: () => counts,
    loseReply: (name: string, _count: number, way: string) => {
      counts[`${name}.${way}`] = (counts[`${name}.${way}`] ?? 0) + 1
    },
    heal: () => void deeds.push('heal'),
  }
  return {
    instances,
    instance: (name: string) => instances.find((each) => each.name === name),
    broker: part('broker'),
    postgres: { ...part('postgres'), diskObstacle: 'no disk of its own' },
    kafkaProxy: proxy,
    postgresProxy: proxy,
    decisions: { firstAfter: async (moment: number) => moment + 40 },
    intruder: {
      rewind: async ({ topic }: { topic: string }) => {
        deeds.push(`rewind ${topic}`)
        return [{ topic, partition: 0, from: 9n, to: 4n }]
      },
      forget: async (group: string) => void deeds.push(`forget ${group}`),
      crossAborts: async (topic: string) => void deeds.push(`cross aborts in ${topic}`),
      plant: async (topic: string) => ({ topic, partition: 2, offset: 17n, kind: 'no-json' }),
    },
    ready: async () => {
      deeds.push('ready')
    },
  } as unknown as Cluster
}

const doing = async (fault: Fault) => {
  const [deed] = await carryOut([{ atMs: 0, faults: [fault], restMs: 0 }], stage())
  return deed
}

const stage = (): Stage => ({
  cluster,
  recoveries: measureRecoveries(cluster.decisions, 4, (recovery) =>
    notes.push({ kind: 'recovery', ...recovery }),
  ),
  note: (line) => notes.push(line),
  signal: new AbortController().signal,
})

describe('the nemesis', () => {
  test('kills all targets before it starts any of them again, and measures the recovery', async () => {
    const deed = await doing({ fault: 'kill', targets: ['billing-1', 'broker'], downMs: 1 })
    expect(deed?.hits).toBe(2)
    expect(deeds).toEqual(['kill billing-1', 'kill broker', 'start billing-1', 'start broker'])
    expect(notes).toContainEqual({
      kind: 'recovery',
      cause: 'kill',
      targets: ['billing-1', 'broker'],
      firstMs: 40,
      ownersMs: 40,
    } as never)
  })
  test('wakes whatever it froze', async () => {
    await doing({ fault: 'freeze', targets: ['order-2'], forMs: 1 })
    expect(deeds).toEqual(['freeze order-2', 'wake order-2'])
  })
  const crash: FaultOf<'crash-point'> = {
    fault: 'crash-point',
    service: 'billing',
    point: 'relay.sent',
    nth: 1,
    action: 'kill',
    forMs: 0,
    waitMs: 1,
  }
  test('counts a crash point that was passed, and lets the other instance go', async () => {
    expect((await doing(crash))?.hits).toBe(1)
    expect(deeds).toEqual([
      'arm billing-1',
      'arm billing-2',
      'disarm billing-1',
      'disarm billing-2',
    ])
  })
  test('never freezes both instances, or nobody would take over', async () => {
    expect((await doing({ ...crash, action: 'freeze' }))?.hits).toBe(1)
    expect(deeds).toEqual(['arm billing-1', 'disarm billing-1'])
  })
  test('arms only the instance that is meant', async () => {
    expect((await doing({ ...crash, only: 2 }))?.hits).toBe(0)
    expect(deeds).toEqual(['arm billing-2', 'disarm billing-2'])
  })
  test('does not count a crash point that nobody passed', async () => {
    passesBy = false
    expect((await doing(crash))?.hits).toBe(0)
    expect(notes.some(({ kind }) => kind === 'recovery')).toBe(false)
  })
  test('counts what the proxy really lost', async () => {
    const lose = { api: 'EndTxn', way: 'reply', times: 1, waitMs: 1 } as const
    expect((await doing({ fault: 'lose', ...lose }))?.hits).toBe(1)
    expect((await doing({ fault: 'lose', ...lose, times: 2 }))?.hits).toBe(1)
  })
  test('stops the members of a group before it moves its offsets', async () => {
    expect((await doing({ fault: 'rewind', group: 'billing-intake', records: 5 }))?.hits).toBe(1)
    expect(deeds).toEqual([
      'stop billing-1',
      'stop billing-2',
      'rewind order',
      'start billing-1',
      'start billing-2',
    ])
  })
  test('stops the members of a group before it is forgotten', async () => {
    expect((await doing({ fault: 'forget', group: 'order-outcomes', downMs: 1 }))?.hits).toBe(1)
    expect(deeds).toEqual([
      'stop order-1',
      'stop order-2',
      'forget order-outcomes',
      'start order-1',
      'start order-2',
    ])
  })
  test('has strangers abort what they wrote', async () => {
    expect((await doing({ fault: 'crossed-aborts', topic: 'order' }))?.hits).toBe(1)
    expect(deeds).toEqual(['cross aborts in order'])
  })
  test('notes where it planted a record, for the checker to expect it', async () => {
    await doing({ fault: 'poison', topic: 'order', poison: 'no-json' })
    expect(notes).toContainEqual({
      kind: 'poison',
      topic: 'order',
      partition: 2,
      offset: '17',
      poison: 'no-json',
    } as never)
  })
  test('says why it cannot fill a disk, and does not count it', async () => {
    expect((await doing({ fault: 'disk-full', forMs: 1 }))?.hits).toBe(0)
    expect(notes.map(({ kind }) => kind)).toContain('obstacle')
  })
  test('notes a fault that failed, undoes what is left of it, and goes on', async () => {
    cluster.instance('order-1').kill = async () => {
      throw new Error('it would not die')
    }
    const plan = [
      { atMs: 0, faults: [{ fault: 'kill', targets: ['order-1'], downMs: 0 }], restMs: 0 },
      { atMs: 0, faults: [{ fault: 'freeze', targets: ['broker'], forMs: 0 }], restMs: 0 },
    ] satisfies Parameters<typeof carryOut>[0]
    const [first, second] = await carryOut(plan, stage())
    expect(first).toMatchObject({ hits: 0, failure: 'it would not die' })
    expect(second).toMatchObject({ hits: 1 })
    expect(deeds).toContain('heal')
  })
  test('waits in quiet periods until everybody is ready', async () => {
    await carryOut([{ atMs: 0, faults: [], restMs: 1 }], stage())
    expect(deeds).toEqual(['ready'])
  })
})

test('healing starts what is down, wakes what sleeps, and takes everything back', async () => {
  await cluster.broker.kill()
  deeds.length = 0
  await healAll(cluster)
  expect(deeds).toContain('start broker')
  expect(deeds).toContain('wake billing-1')
  expect(deeds).toContain('disarm order-2')
  expect(deeds).toContain('clock order-2 0')
  expect(deeds.filter((deed) => deed === 'heal').length).toBe(2)
})
