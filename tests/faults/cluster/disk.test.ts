import { afterEach, expect, test } from 'bun:test'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts'
import { openDisk } from './disk.ts'

const PAGE = Buffer.alloc(4_096, 'x')

let folder: TemporaryFolder | undefined
afterEach(() => folder?.remove())

const opened = async (megabytes: number) => {
  folder = await temporaryFolder()
  const path = join(folder.path, 'data', 'disk')
  return { path, disk: openDisk(path, megabytes) }
}
const write = (path: string): string => {
  try {
    appendFileSync(join(path, 'file'), PAGE)
    return 'ok'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

test('a disk is full at once, free at once, and goes with its folder', async () => {
  const { path, disk } = await opened(8)
  if (disk.obstacle !== undefined) return expect(disk.obstacle).toMatch(/root|Linux|mount/)
  expect(write(path)).toBe('ok')
  disk.fill()
  expect([write(path), write(path)]).toEqual(['ENOSPC', 'ENOSPC'])
  disk.free()
  expect(write(path)).toBe('ok')
  await folder?.remove()
  expect(existsSync(path)).toBe(false)
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(path)
})

test('where there is none, filling it says why', async () => {
  const { path, disk } = await opened(0)
  expect(disk.fill).toThrow('none was wanted')
  expect(write(path)).toBe('ok')
  disk.free()
})
