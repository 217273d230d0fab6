import { expect, test } from 'bun:test'
import { grantStatements } from './grants.ts'

const grants = { notes: { select: true, insert: true, update: ['text', 'at'] } } as const

test('takes everything back, then gives what the table says, by column where it says so', () => {
  expect(grantStatements(grants, { app: 'writer' })).toEqual([
    'revoke all on all tables in schema public from "writer"',
    'revoke all on all sequences in schema public from "writer"',
    'revoke all on all routines in schema public from "writer"',
    'grant usage on schema public to "writer"',
    'grant usage on schema drizzle to "writer"',
    'grant select on drizzle.__drizzle_migrations to "writer"',
    'grant select, insert, update ("text", "at") on public."notes" to "writer"',
  ])
})

test('an auditor may look at the same tables and do nothing else', () => {
  const given = grantStatements(grants, { auditor: 'reader' }).filter((each) =>
    each.startsWith('grant'),
  )
  expect(given.at(-1)).toBe('grant select on public."notes" to "reader"')
  expect(given.join()).not.toMatch(/insert|update|delete/)
})

test('nobody is named: nothing is done', () => {
  expect(grantStatements(grants, {})).toEqual([])
})

test('a name is a name, whatever is in it', () => {
  expect(grantStatements({}, { app: 'a"; drop table notes' })[0]).toBe(
    'revoke all on all tables in schema public from "a""; drop table notes"',
  )
})
