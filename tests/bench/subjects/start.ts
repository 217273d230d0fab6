import { lastLines } from '../../../deploy/local/child.ts'
import { startBilling } from './billing.ts'
import type { Site } from './site.ts'
import { startStreams } from './streams.ts'
import type { Subject, SubjectName } from './subject.ts'

export const startSubject = (
  name: SubjectName,
  site: Site,
  commitIntervalMs: number,
): Promise<Subject> =>
  name === 'billing' ? startBilling(site) : startStreams(site, commitIntervalMs)

/** The result of the work; rejects with the end of the subject's log when it does not live to see it. */
export const whileRunning = async <T>(
  { child, logFile }: Pick<Subject, 'child' | 'logFile'>,
  work: Promise<T>,
): Promise<T> => {
  const ended = async (): Promise<never> => {
    const code = await child.exited
    throw new Error(`the subject ended with exit code ${code}:\n${lastLines(logFile)}`)
  }
  return Promise.race([work, ended()])
}
