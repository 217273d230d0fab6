import { whole } from '../table.ts'
import type { Options } from './options.ts'

/** What is there before an order comes. `rows`: of the journal, the deposit of each account among them. */
export type Size = { accounts: number; rows: number; partitions: number }

/**
 * The smallest, which all are compared with, and the others: more accounts, more rows, both, and
 * other numbers of partitions.
 */
export const sizesOf = ({
  accounts,
  rows,
  partitions,
}: Pick<Options, 'accounts' | 'rows' | 'partitions'>): { smallest: Size; others: Size[] } => {
  const few = Math.min(...accounts)
  const smallest = { accounts: few, rows: few, partitions: partitions[0] ?? 1 }
  const most = { ...smallest, accounts: Math.max(...accounts), rows: Math.max(...rows) }
  const wanted = [
    ...accounts.map((count) => ({ ...smallest, accounts: count, rows: count })),
    ...rows.map((count) => ({ ...smallest, rows: count })),
    most,
    ...partitions.map((count) => ({ ...smallest, partitions: count })),
  ]
  const distinct = new Map([smallest, ...wanted].map((size) => [nameOf(size), size]))
  return { smallest, others: [...distinct.values()].slice(1) }
}

export const nameOf = ({ accounts, rows, partitions }: Size): string =>
  [counted(accounts, 'account'), counted(rows, 'row'), counted(partitions, 'partition')].join(', ')

const counted = (count: number, what: string): string =>
  `${whole(count)} ${what}${count === 1 ? '' : 's'}`
