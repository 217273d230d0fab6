import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

export type BuildSecrets = { words: string[]; remove: () => Promise<void> }

/**
 * Lets the build reach the registry that this user reaches: the npm settings and the certificate
 * authority as secrets, which are mounted for the one step that installs packages.
 */
export const buildSecrets = async (
  environment: Record<string, string | undefined> = process.env,
  home: string = homedir(),
): Promise<BuildSecrets> => {
  const folder = await mkdtemp(join(tmpdir(), 'exactly-once-secrets-'))
  await chmod(folder, 0o700)
  const words: string[] = []
  const settings = Bun.file(join(home, '.npmrc'))
  if (await settings.exists()) {
    const file = join(folder, 'npmrc')
    await writeFile(file, portable(await settings.text()), { mode: 0o600 })
    words.push('--secret', `id=npmrc,src=${file}`)
  }
  const authority = environment['NODE_EXTRA_CA_CERTS']
  if (authority && (await Bun.file(authority).exists())) {
    words.push('--secret', `id=ca,src=${authority}`)
  }
  return { words, remove: () => rm(folder, { recursive: true }) }
}

/** Without the lines that name a file of this machine: the build has its own place for that. */
export const portable = (npmrc: string): string =>
  npmrc
    .split('\n')
    .filter((line) => !/^\s*(?:.*:)?(cafile|certfile|keyfile|cache|prefix|nodedir)\s*=/.test(line))
    .join('\n')
