/** What postgres.js throws: an error of the server, by its SQLSTATE. */
export class ServerError extends Error {
  override readonly name = 'PostgresError'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export const uniqueViolation = (constraint: string): ServerError =>
  new ServerError('23505', `duplicate key value violates unique constraint "${constraint}"`)
export const checkViolation = (constraint: string): ServerError =>
  new ServerError('23514', `new row violates check constraint "${constraint}"`)
export const lockTimeout = (): ServerError =>
  new ServerError('55P03', 'canceling statement due to lock timeout')
export const deadlock = (): ServerError => new ServerError('40P01', 'deadlock detected')
export const transactionFailed = (): ServerError =>
  new ServerError('25P02', 'current transaction is aborted')
export const terminated = (): ServerError =>
  new ServerError('57P01', 'terminating connection due to administrator command')

const connectionError = (code: string) => Object.assign(new Error(`write ${code}`), { code })

/** What postgres.js throws when nothing answers. */
export const linkErrors = {
  refused: () => connectionError('ECONNREFUSED'),
  closed: () => connectionError('CONNECTION_CLOSED'),
  late: () => connectionError('CONNECTION_CLOSED'),
}
