import type { BrokerAccess } from '../../shared/kafka/client.ts'
import type { Databases } from '../places/sql.ts'
import type { Findings } from './findings.ts'
import type { Pace } from './pace.ts'

/** What every check gets. */
export type Audit = {
  kafka: BrokerAccess
  databases: Databases
  findings: Findings
  pace: Pace
  /** What was accepted and is not done after so many seconds is wrong; before that, it is late. */
  lateSeconds: number
}
