import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import { identify, isRunning } from './identity.ts'
import type { System } from './system.ts'

const PartSchema = v.object({
  name: v.string(),
  /** How to ask whether it is ready. */
  kind: v.picklist(['broker', 'postgres', 'service', 'gateway', 'observer']),
  address: v.string(),
  /** None for what the user gave, and for what is being started again. */
  pid: v.optional(v.number()),
  /** Of a service or an observer: answers 200 when it is ready. */
  ready: v.optional(v.string()),
  docs: v.optional(v.string()),
  log: v.optional(v.string()),
})

const StateSchema = v.object({
  phase: v.picklist(['starting', 'waiting', 'ready', 'held', 'stopping', 'failed', 'stopped']),
  /** The process of `up`. */
  up: v.object({ pid: v.number(), startedAt: v.string() }),
  /** Why it failed, or what it waits for. */
  reason: v.optional(v.string()),
  url: v.optional(v.string()),
  /** In the order of their start; empty until all is ready. */
  parts: v.array(PartSchema),
})

export type State = v.InferOutput<typeof StateSchema>
export type PartState = v.InferOutput<typeof PartSchema>

/** Notes how far this process has come, for `status`, `down` and a second `up`. */
export const writeState = (file: string, state: Omit<State, 'up'>): void => {
  const up = identify(process.pid)
  if (up === undefined) throw new Error('this process does not find itself')
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify({ up, ...state }, null, 2)}\n`, { mode: 0o600 })
  // Replaced as a whole, so that a reader never sees half of it.
  renameSync(temporary, file)
}

/** What `up` last noted; undefined when there is nothing readable. */
export const readState = (file: string): State | undefined => {
  try {
    return v.parse(StateSchema, JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

/** The same, unless that `up` is gone: killed, it could not note its end. */
export const readLiveState = (file: string): State | undefined => {
  const state = readState(file)
  return state && isRunning(state.up) ? state : undefined
}

export const partsOf = ({
  url,
  broker,
  server,
  services,
  observers,
  unit,
}: System): PartState[] => [
  ...serversOf({ broker, server }),
  ...Object.values(services).map(({ name, prefix, opsUrl, logFile, url: own }) => ({
    name,
    kind: 'service' as const,
    address: own,
    pid: unit(name).pid(),
    ready: `${opsUrl}/ready`,
    docs: `${url}${prefix}/docs`,
    log: logFile,
  })),
  { name: 'gateway', kind: 'gateway', address: url, pid: process.pid },
  ...observers.map(({ name, url: address, ready, unit: { pid } }) => ({
    name,
    kind: 'observer' as const,
    address,
    pid: pid(),
    ready,
  })),
]

/** What the services stand on. */
export const serversOf = ({ broker, server }: Pick<System, 'broker' | 'server'>): PartState[] => [
  { name: 'broker', kind: 'broker', address: broker.brokers, pid: broker.unit?.pid() },
  { name: 'postgres', kind: 'postgres', address: server.address, pid: server.unit?.pid() },
]
