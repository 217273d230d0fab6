import type { Bug } from './bug.ts'
import { EDGE_BUGS } from './edge-bugs.ts'
import { LEDGER_BUGS } from './ledger-bugs.ts'
import { STORE_BUGS } from './store-bugs.ts'

export const BUGS: readonly Bug[] = [...LEDGER_BUGS, ...EDGE_BUGS, ...STORE_BUGS]
