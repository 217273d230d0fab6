import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSecrets, portable } from './build-secrets.ts'

test('settings that name files of this machine stay here, the others go along', () => {
  const npmrc = [
    'registry=https://packages.example',
    'cafile=/etc/ours.pem',
    '//packages.example/:keyfile=/home/me/key.pem',
    '//packages.example/:_authToken=secret',
  ].join('\n')
  expect(portable(npmrc).split('\n')).toEqual([
    'registry=https://packages.example',
    '//packages.example/:_authToken=secret',
  ])
})

test('who has neither settings nor an authority of his own hands nothing in', async () => {
  const home = await mkdtemp(join(tmpdir(), 'exactly-once-home-'))
  const { words, remove } = await buildSecrets({}, home)
  expect(words).toEqual([])
  await remove()
  await rm(home, { recursive: true })
})

test('settings are copied for the build only, where nobody else can read them', async () => {
  const home = await mkdtemp(join(tmpdir(), 'exactly-once-home-'))
  await Bun.write(join(home, '.npmrc'), 'registry=https://packages.example\n')
  const { words, remove } = await buildSecrets({ NODE_EXTRA_CA_CERTS: '/no/such/file' }, home)
  expect(words).toEqual(['--secret', expect.stringMatching(/^id=npmrc,src=/)])
  const copy = Bun.file(words[1]?.split('src=')[1] ?? '')
  expect((await copy.stat()).mode & 0o777).toBe(0o600)
  await remove()
  expect(await copy.exists()).toBe(false)
  await rm(home, { recursive: true })
})
