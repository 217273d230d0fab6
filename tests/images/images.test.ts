import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import * as v from 'valibot'
import { TARGETS } from '../../deploy/images/names.ts'
import { RUNTIME } from '../../deploy/runtime.ts'
import { layers } from './layers.ts'
import { isRigMissing, rig } from './rig.ts'

setDefaultTimeout(240_000)

const ROOT = join(import.meta.dir, '../..')
/** Our bundle, its assets and migrations. The rest of an image is glibc and Bun, shared by all. */
const OWN_BYTES_MAX = 10_000_000

const check = test.skipIf(isRigMissing)

const Inspected = v.object({
  Config: v.object({
    User: v.string(),
    Env: v.array(v.string()),
    Entrypoint: v.array(v.string()),
    Cmd: v.array(v.string()),
    WorkingDir: v.string(),
    StopSignal: v.string(),
    Labels: v.record(v.string(), v.string()),
  }),
})

const built = async (target: (typeof TARGETS)[number]): Promise<string> =>
  (await rig().images()).get(target) ?? ''

const inspect = async (image: string) =>
  v.parse(v.tuple([Inspected]), JSON.parse(await rig().engine.run(['image', 'inspect', image])))[0]

const size = async (image: string): Promise<number> =>
  Number(await rig().engine.run(['image', 'inspect', '--format', '{{.Size}}', image]))

describe.each([...TARGETS])('the image of %s', (target) => {
  check('is nobody in particular, and starts Bun without a shell', async () => {
    const { Config } = await inspect(await built(target))
    const { User, Entrypoint, Cmd, WorkingDir, StopSignal, Env } = Config
    expect({ User, Entrypoint, Cmd, WorkingDir, StopSignal }).toEqual({
      User: '10001:10001',
      Entrypoint: ['/usr/local/bin/bun'],
      Cmd: [target === 'operations' ? '/app/smoke.js' : '/app/main.js'],
      WorkingDir: '/app',
      StopSignal: 'SIGTERM',
    })
    const variables = Env.filter((variable) => !variable.startsWith('PATH='))
    const own = ['HOST=0.0.0.0', 'NODE_ENV=production', 'OPS_PORT=9090', 'PORT=8080']
    const runtime = Object.entries(RUNTIME).map(([name, value]) => `${name}=${value}`)
    expect(variables.toSorted()).toEqual([...own, ...runtime].toSorted())
  })

  check('tells what it is and what it was made from', async () => {
    const { Labels } = (await inspect(await built(target))).Config
    expect(Labels).toMatchObject({
      'org.opencontainers.image.title': target,
      'org.opencontainers.image.version': expect.stringMatching(/^test-/),
      'org.opencontainers.image.revision': expect.stringMatching(
        /^[0-9a-f]{40}(-modified)?$|^unknown$/,
      ),
    })
  })

  check('adds to glibc and Bun a few megabytes only', async () => {
    const [image, base] = [await size(await built(target)), await size(rig().base)]
    const own = image - base - Bun.file(process.execPath).size
    expect(own).toBeGreaterThan(0)
    expect(own).toBeLessThan(OWN_BYTES_MAX)
  })
})

describe('in all layers, histories and settings together', () => {
  check.each([
    ['the code of order', 'order/http.ts'],
    ['the migrations of billing', 'CREATE TABLE "balances"'],
    ['kafkajs as it is patched', 'endOfRecordBatches'],
    ['postgres as it is patched', 'dropWrites'],
    ['Swagger UI', 'SwaggerUIBundle'],
  ])('there is %s', async (_what, words) => {
    expect((await layers()).bytes.includes(words)).toBe(true)
  })
  check.each([
    ['path of this tree', ROOT],
    ['trace of what was handed to the build', 'exactly-once-secrets-'],
    ['reference to a source map', 'sourceMappingURL=main.js.map'],
  ])('there is no %s', async (_what, words) => {
    expect((await layers()).bytes.includes(words)).toBe(false)
  })
  check('there is no shell, no secret, no source and no test, only what runs', async () => {
    const { files } = await layers()
    const ours = files.filter((file) => file.startsWith('app/') && !file.endsWith('/'))
    const wanted =
      /^app\/((main|migrate|provision|smoke)\.js|(swagger-ui|favicon)[\w.-]+|release\.json|migrations\/.+\.(sql|json))$/
    expect(ours.filter((file) => !wanted.test(file))).toEqual([])
    expect(ours).toContain('app/main.js')
    const others = files.filter((file) => !file.startsWith('app/') && !file.endsWith('/'))
    const system = /^(\.\/)?(lib|lib64|etc\/(passwd|group)$|usr\/local\/bin\/bun$)/
    expect(others.filter((file) => !system.test(file))).toEqual([])
  })
})
