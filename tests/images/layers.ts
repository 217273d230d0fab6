import { join } from 'node:path'
import { $ } from 'bun'
import * as v from 'valibot'
import { once } from '../support/once.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { rig } from './rig.ts'

export type Layers = {
  /** All layers, histories and settings of all images; nothing in it is compressed. */
  bytes: Buffer
  /** Every file of every layer. */
  files: readonly string[]
}

/** The images as they would be handed on. */
export const layers = once(async (): Promise<Layers> => {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'images.tar')
  const { engine, images } = rig()
  const several = engine.name === 'podman' ? ['--format=docker-archive', '-m'] : []
  await engine.run(['save', ...several, '--output', file, ...(await images()).values()])
  await $`tar -xf ${file} -C ${folder.path}`
  const manifest = v.parse(Manifest, await Bun.file(join(folder.path, 'manifest.json')).json())
  const files: string[] = []
  for (const layer of new Set(manifest.flatMap(({ Layers: names }) => names))) {
    const listing = await $`tar -tf ${join(folder.path, layer)}`.text()
    files.push(...listing.split('\n').filter(Boolean))
  }
  const bytes = Buffer.from(await Bun.file(file).arrayBuffer())
  await folder.remove()
  return { bytes, files }
})

const Manifest = v.array(v.object({ Layers: v.array(v.string()) }))
