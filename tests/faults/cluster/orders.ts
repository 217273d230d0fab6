import { appendFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Crash } from './types.ts'

/**
 * What passes between a cluster and the preload in one of its processes, through files in a folder
 * of the instance: a process that is about to die by its own hand can still write a line, and one
 * that is frozen finds its orders when it wakes.
 */
export type Orders = { clockOffsetMs: number; arms: readonly Arm[] }

/** For one process only: its successor must not die of what it died of. */
export type Arm = Omit<Crash, 'frozenMs'> & { id: number; pid: number }

export type Deed =
  | { event: 'armed'; id: number }
  | ({ event: 'hit' } & Pick<Arm, 'id' | 'point' | 'nth' | 'action'>)
  | { event: 'clock'; offsetMs: number }

/** `at` is the true time, whatever the process believes. */
export type Note = Deed & { at: number; pid: number }

const NO_ORDERS: Orders = { clockOffsetMs: 0, arms: [] }

export const ordersFile = (folder: string): string => join(folder, 'orders.json')

/** Replaces the orders as a whole: a reader sees the old ones or the new ones. */
export const writeOrders = (folder: string, orders: Orders): void =>
  replaceFile(ordersFile(folder), JSON.stringify(orders))

export const readOrders = (folder: string): Orders => {
  const text = textOf(ordersFile(folder))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only writeOrders writes there
  return text === '' ? NO_ORDERS : (JSON.parse(text) as Orders)
}

const notesFile = (folder: string): string => join(folder, 'notes.jsonl')

/** Synchronously: the next thing that happens may be the end of the process. */
export const appendNote = (folder: string, note: Note): void =>
  appendFileSync(notesFile(folder), `${JSON.stringify(note)}\n`)

export const readNotes = (folder: string): Note[] =>
  textOf(notesFile(folder))
    .split('\n')
    .filter((line) => line !== '')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only appendNote writes there
    .map((line) => JSON.parse(line) as Note)

const PASSES = /^passes-\d+\.json$/

/** How often a process passed each point so far. */
export const writePasses = (folder: string, pid: number, passes: Record<string, number>): void =>
  replaceFile(join(folder, `passes-${pid}.json`), JSON.stringify(passes))

/** The sum over all processes that ever ran here. */
export const readPasses = (folder: string): Record<string, number> => {
  const files = readdirSync(folder).filter((name) => PASSES.test(name))
  const sum: Record<string, number> = {}
  for (const file of files) {
    const passes: unknown = JSON.parse(textOf(join(folder, file)))
    for (const [point, count] of Object.entries(passes ?? {})) {
      sum[point] = (sum[point] ?? 0) + Number(count)
    }
  }
  return sum
}

const replaceFile = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Not written yet.
    return ''
  }
}
