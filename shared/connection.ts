/** Where a Postgres is and how it is reached. */
export type Connection = {
  url: string
  /** The server has to prove who it is, to these authorities or else to those that Bun knows. */
  tls?: { ca?: string }
  /** Asked for the password of each new session. Without it, the one in the url. */
  password?: () => string
}

/** The part of postgres.js' options that follows from it. */
export const sessionOptions = ({ tls, password }: Connection) => ({
  ...(tls && { ssl: { rejectUnauthorized: true, ...tls } }),
  ...(password && { password }),
})

/** Whether postgres.js can take it apart. What it cannot, it repeats in an error, password and all. */
export const isUrl = (url: string): boolean => {
  try {
    passwordOf(url)
    return true
  } catch {
    return false
  }
}

export const passwordOf = (url: string): string =>
  decodeURIComponent(new URL(withOneHost(url)).password)

/** postgres.js takes several hosts, as libpq does; in a URL there is one. */
const withOneHost = (url: string): string => url.replace(/,[^@/?]*(?=[/?]|$)/, '')
