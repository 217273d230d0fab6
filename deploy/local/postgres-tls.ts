import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Certificate } from '../certificates.ts'
import type { Cluster } from './postgres-cluster.ts'

const DOOR = 'tls_hba.conf'

/**
 * Puts the files beside the data and answers the settings that name them.
 * Everybody has to come through TLS with a password: there is no line for anything else.
 */
export const demandTls = async (
  { folder, asServer, user }: Pick<Cluster, 'folder' | 'asServer' | 'user'>,
  { certificate, key }: Certificate,
): Promise<Record<string, string>> => {
  const files = {
    'server.crt': certificate,
    // The server refuses a key that others may read.
    'server.key': key,
    [DOOR]: 'hostssl all all all scram-sha-256\n',
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    await writeFile(path, text, { mode: 0o600 })
    if (user) await chown(path, user.uid, user.gid)
  }
  return { ssl: 'on', hba_file: `${asServer}/${DOOR}`, password_encryption: 'scram-sha-256' }
}
