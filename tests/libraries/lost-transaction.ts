import { backendOf, openPool, outcome, terminate } from './sessions.ts'

// The session dies while a query of a transaction runs. What postgres.js then writes by itself, a
// rollback, meets a socket that is gone: unpatched, that ends the process. Hence one of its own.
const { sql } = await openPool()
const transaction = sql.begin(async (inside) => {
  const pid = await backendOf(inside)
  const query = inside`select pg_sleep(30)`.execute()
  await terminate(pid)
  await query
})
console.log(await outcome(transaction, 'the transaction'))
console.log(await outcome(sql`select 1`, 'the query after it'))
console.log(await outcome(sql.end(), 'end()'))
