/** The header in which a request id travels, both ways. */
export const REQUEST_ID = 'x-request-id'

/** The id that the client gave the request, if it is one that may stand in a log line. */
export const givenRequestId = (headers: Headers): string | undefined => {
  const given = headers.get(REQUEST_ID)
  return given !== null && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : undefined
}
