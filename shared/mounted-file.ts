import { readFileSync } from 'node:fs'

/**
 * The content of a mounted file, without the newline that editors and `echo` put at its end.
 * Throws an Error that tells what is wrong with the file and nothing of what is in it.
 */
export const readMountedFile = (path: string): string => {
  const content = readable(path).replace(/\r?\n$/, '')
  if (content === '') throw new Error('is empty')
  return content
}

const readable = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new Error(`cannot be read${code}`, { cause: error })
  }
}
