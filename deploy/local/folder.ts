import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** What one system keeps on disk, and where. */
export type Folder = {
  root: string
  data: string
  kafka: string
  redpanda: string
  postgres: string
  logs: string
  processes: string
  state: string
  origin: string
  lock: string
  /** Who wants the services to rest for a while. */
  hold: string
}

export const layout = (path: string): Folder => {
  const root = resolve(path)
  const data = join(root, 'data')
  return {
    root,
    data,
    kafka: join(data, 'kafka'),
    redpanda: join(data, 'redpanda'),
    postgres: join(data, 'postgres'),
    origin: join(data, 'origin.json'),
    logs: join(root, 'logs'),
    processes: join(root, 'processes'),
    state: join(root, 'state.json'),
    lock: join(root, 'lock'),
    hold: join(root, 'hold'),
  }
}

/** Passwords and money live here: others on the machine have no business in it. */
export const makeFolders = async (folder: Folder): Promise<void> => {
  for (const path of [folder.root, folder.data, folder.logs, folder.processes]) {
    await mkdir(path, { recursive: true, mode: 0o700 })
  }
}

export const emptyData = (folder: Folder): Promise<void> =>
  rm(folder.data, { recursive: true, force: true })
