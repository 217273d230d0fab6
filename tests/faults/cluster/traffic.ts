import { pause } from '../../../shared/wait.ts'
import type { Cluster } from './types.ts'

/** Deposits without end into accounts of every partition, for tests of the cluster itself. */
export type Traffic = {
  /** Deposits that were acknowledged. */
  acknowledged: () => number
  stop: () => Promise<void>
}

/** Enough for every partition to have some. */
const ACCOUNTS = 16
const EVERY_MS = 20
const ANSWER_MS = 5_000

/** Goes to both instances in turn; what is refused or lost is not tried again. */
export const startTraffic = async (cluster: Cluster): Promise<Traffic> => {
  const run = crypto.randomUUID().slice(0, 8)
  const origins = (['billing-1', 'billing-2'] as const).map((name) => cluster.instance(name).url)
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => `traffic-${run}-${index}`)
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
    const body = { account: accounts[turn % ACCOUNTS], amount: '0.01', hash: `${run}-${turn}` }
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
