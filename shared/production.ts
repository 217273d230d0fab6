import * as v from 'valibot'
import { variable } from './config.ts'

/** Says whether this is meant: with `production`, what is only good for a laptop is refused. */
export const nodeEnv = variable(
  v.string(),
  'development',
  'With `production`, default passwords and those under 16 characters are refused',
)

/** Long enough that nobody tries them all, and nothing that is in every example. */
export const isStrongPassword = (password: string): boolean =>
  password.length >= 16 && !/change.?me|replace.?me|example/i.test(password)

export const WEAK = 'has a default or short password, which NODE_ENV=production refuses'
