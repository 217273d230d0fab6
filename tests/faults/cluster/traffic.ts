import { Partitioners } from 'kafkajs'
import { assert } from '../../../shared/assert.ts'
import { pause } from '../../../shared/wait.ts'
import type { Cluster } from './types.ts'

/** Deposits without end into accounts of every partition, for tests of the cluster itself. */
export type Traffic = {
  /** Deposits that were acknowledged. */
  acknowledged: () => number
  stop: () => Promise<void>
}

const ACCOUNTS_PER_PARTITION = 4
const EVERY_MS = 20
const ANSWER_MS = 5_000

/** Goes to both instances in turn; what is refused or lost is not tried again. */
export const startTraffic = async (cluster: Cluster): Promise<Traffic> => {
  const run = crypto.randomUUID().slice(0, 8)
  const origins = (['billing-1', 'billing-2'] as const).map((name) => cluster.instance(name).url)
  const accounts = accountsOfEvery(cluster.partitions, `traffic-${run}`)
  const send = async (turn: number, method: string, path: string, body: object) => {
    const url = `${origins[turn % origins.length]}/billing-service/account/${path}`
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    return response.ok
  }
  for (const account of accounts) await send(0, 'POST', 'create', { account })

  let acknowledged = 0
  const stopping = new AbortController()
  const deposit = async (turn: number): Promise<void> => {
    const body = {
      account: accounts[turn % accounts.length],
      amount: '0.01',
      hash: `${run}-${turn}`,
    }
    if (await send(turn, 'PATCH', 'put', body).catch(() => false)) acknowledged += 1
  }
  const goOn = async (): Promise<void> => {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      void deposit(turn)
      await pause(EVERY_MS, stopping.signal)
    }
  }
  const going = goOn()
  return {
    acknowledged: () => acknowledged,
    stop: async () => {
      stopping.abort()
      await going
    },
  }
}

/** As many of each partition; of names left to chance, one run in 25 would spare a partition. */
const accountsOfEvery = (partitions: number, prefix: string): string[] => {
  const partitioner = Partitioners.DefaultPartitioner()
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [0],
    isr: [0],
  }))
  const found = Array.from({ length: partitions }, (): string[] => [])
  for (let index = 0; found.some(({ length }) => length < ACCOUNTS_PER_PARTITION); index += 1) {
    const key = `${prefix}-${index}`
    const partition = partitioner({ topic: '', partitionMetadata, message: { key, value: null } })
    const accounts = found[partition]
    assert(accounts !== undefined, `there is no partition ${partition}`)
    if (accounts.length < ACCOUNTS_PER_PARTITION) accounts.push(key)
  }
  return found.flat()
}
