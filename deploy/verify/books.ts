import { nextEnds, nextLines } from '../../billing/audit-statements.ts'
import { problemsOfEnds, problemsOfLine } from '../../billing/domain/audit.ts'
import type { Audit } from './audit.ts'

const LINES = 1_000
const ACCOUNTS = 200

/** The journal folded again, against what was accepted and the cached balances. */
export const verifyJournal = async ({ databases, findings, pace }: Audit): Promise<void> => {
  let after = { account: '', sequence: 0 }
  for (;;) {
    const lines = await nextLines(databases.billing, after, LINES)
    findings.looked('journal', lines.length)
    for (const context of lines) {
      const { account, sequence } = context.line.transaction
      for (const text of problemsOfLine(context)) {
        findings.found({ check: 'journal', account, sequence, text })
      }
      after = { account, sequence }
    }
    if (lines.length < LINES) return
    await pace()
  }
}

/** What each account says of itself, against its transactions, its journal and its balance. */
export const verifyAccounts = async (audit: Audit): Promise<void> => {
  const { databases, findings, pace } = audit
  for (let after = ''; ; ) {
    const accounts = await nextEnds(databases.billing, after, ACCOUNTS)
    findings.looked('accounts', accounts.length)
    for (const { account, ...ends } of accounts) {
      // Which of two projections is behind, the topics tell for sure: see `topics.ts`.
      for (const { text } of problemsOfEnds(ends).filter(({ isSure }) => isSure)) {
        findings.found({ check: 'accounts', account, text })
      }
    }
    const names = accounts.map(({ account }) => account)
    await verifyDeposited(audit, names)
    await verifyApplied(audit, names)
    if (accounts.length < ACCOUNTS) return
    after = names.at(-1) ?? after
    await pace()
  }
}

/** The limit of deposits is kept by a sum; one statement sees both at the same moment. */
const verifyDeposited = async ({ databases, findings }: Audit, names: string[]): Promise<void> => {
  const rows = await databases.billing<{ account: string; deposited: bigint; sum: string }[]>`
    select account, deposited, (
      select coalesce(sum(amount), 0)::text from transactions
      where transactions.account = accounts.account and type = 'deposit') as sum
    from accounts where account = any(${names}::text[])`
  for (const { account, deposited, sum } of rows) {
    if (String(deposited) === sum) continue
    const text = `it says that ${deposited} were paid in, its deposits are ${sum} together`
    findings.found({ check: 'accounts', account, text })
  }
}

const verifyApplied = async (
  { databases, findings, lateSeconds }: Audit,
  names: string[],
): Promise<void> => {
  const rows = await databases.billing<{ account: string; sequence: bigint }[]>`
    select account, t.sequence from transactions t left join balances b using (account)
    where account = any(${names}::text[]) and t.sequence = coalesce(b.sequence, 0) + 1
      and created_at < now() - ${lateSeconds} * interval '1 second'`
  for (const { account, sequence } of rows) {
    const text = `was accepted more than ${lateSeconds} s ago and is not in the balance`
    findings.found({ check: 'accounts', account, sequence: Number(sequence), text })
  }
}

/** What was to be sent and is still here. */
export const verifyOutboxes = async (audit: Audit): Promise<void> => {
  const { databases, findings, lateSeconds } = audit
  for (const service of ['order', 'billing'] as const) {
    const [row] = await databases[service]<[{ count: bigint; late: bigint; first: string | null }]>`
      select count(*), count(*) filter (where is_late) as late,
             min(id) filter (where is_late)::text as first
      from (select id, created_at < now() - ${lateSeconds} * interval '1 second' as is_late
            from outbox order by id limit 10000) as waiting`
    findings.looked('outbox', Number(row.count))
    if (row.late === 0n) continue
    const text = `${row.late} messages of ${service} have waited for more than ${lateSeconds} s, the first is ${row.first}`
    findings.found({ check: 'outbox', text })
  }
}
