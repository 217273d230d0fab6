import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { billingConfig } from '../../billing/config.ts'
import { imageName, TARGETS } from '../../deploy/images/names.ts'
import { REDPANDA_IMAGE, runArguments } from '../../deploy/local/redpanda.ts'
import { SERVICES } from '../../deploy/local/services.ts'
import { provisionConfig } from '../../deploy/provision-config.ts'
import { smokeConfig } from '../../deploy/smoke-config.ts'
import { notificationConfig } from '../../notification/config.ts'
import { orderConfig } from '../../order/config.ts'
import { type ConfigSchema, readConfig, variablesOf } from '../../shared/config.ts'
import { migrateConfig } from '../../shared/migrate-config.ts'
import { FOLDER, interpolated, readYaml, service, services, volumes } from './compose-file.ts'

/** deploy/compose.yaml cannot be run everywhere; what it says can be checked everywhere. */

const PROGRAMS: readonly (readonly [string, ConfigSchema])[] = [
  ['order', orderConfig],
  ['billing', billingConfig],
  ['notification', notificationConfig],
  ['provisioning', provisionConfig],
  ['order-migrations', migrateConfig],
  ['billing-migrations', migrateConfig],
  ['notification-migrations', migrateConfig],
  ['smoke', smokeConfig],
]
const OURS = Object.keys(services).filter((name) => service(name).image.startsWith('exactly-once/'))
const FOREIGN = Object.keys(services).filter((name) => !OURS.includes(name))

/** What the image sets, as deploy/Dockerfile says. */
const IMAGE = { NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '8080', OPS_PORT: '9090' }

describe('every variable', () => {
  test.each([...PROGRAMS])('of %s is known to its schema and acceptable', (name, schema) => {
    const environment = Object.fromEntries(
      Object.entries(service(name).environment ?? {}).map(([key, text]) => [
        key,
        interpolated(text),
      ]),
    )
    const known = Object.keys(variablesOf(schema))
    expect(Object.keys(environment).filter((key) => !known.includes(key))).toEqual([])
    expect(() => readConfig(schema, { ...IMAGE, ...environment })).not.toThrow()
  })

  test.each([...PROGRAMS])('that %s cannot do without is set', (name, schema) => {
    const given = service(name).environment ?? {}
    const required = Object.entries(variablesOf(schema))
      .filter(([, variable]) => !v.is(variable, undefined))
      .map(([key]) => key)
    expect(required.filter((key) => !(key in given))).toEqual([])
  })
})

test('all agree on the broker and its partitions, and the charts with them', async () => {
  const told = Object.values(services).map(({ environment = {} }) => environment)
  const valuesOf = (name: string) => [...new Set(told.flatMap((given) => given[name] ?? []))]
  expect(valuesOf('KAFKA_BROKERS')).toEqual(['redpanda:9092'])
  const { kafka } = v.parse(ChartValues, await readYaml('charts/order-service/values.yaml'))
  expect(valuesOf('TOPIC_PARTITIONS')).toEqual([String(kafka.partitions)])
})

describe('images', () => {
  test('of ours are those of this version', () => {
    const wanted = TARGETS.map((target) => imageName(target))
    expect([...new Set(OURS.map((name) => service(name).image))].toSorted()).toEqual(
      wanted.toSorted(),
    )
  })

  test('that are built are built as `bun run images` does', () => {
    const targets = OURS.flatMap((name) => {
      const { build, image } = service(name)
      if (build === undefined) return []
      expect([build.context, build.dockerfile]).toEqual(['..', 'deploy/Dockerfile'])
      expect(image).toContain(`/${build.target}:`)
      return [build.target]
    })
    expect(targets.toSorted()).toEqual(TARGETS.toSorted())
  })

  test('of others name their registry and a version', () => {
    const pinned =
      /^(docker\.io|docker\.redpanda\.com)\/(?!bitnami)[\w/-]+:v?\d[\w.-]*(@sha256:[0-9a-f]{64})?$/
    const images = FOREIGN.map((name) => service(name).image)
    expect(images.filter((image) => !pinned.test(image))).toEqual([])
  })

  test('of broker and database are those used elsewhere', async () => {
    expect(service('redpanda').image).toBe(REDPANDA_IMAGE)
    const values = v.parse(ChartValues, await readYaml('charts/order-service/values.yaml'))
    const { repository, tag } = values.database.development.image
    expect(service('postgres').image).toBe(`${repository}:${tag}`)
  })
})

const ChartValues = v.object({
  kafka: v.object({ partitions: v.number() }),
  database: v.object({
    development: v.object({ image: v.object({ repository: v.string(), tag: v.string() }) }),
  }),
})

test('the broker runs with the flags of the local one, addresses apart', () => {
  const words = (line: readonly string[]) =>
    line
      .join(' ')
      .replaceAll('=', ' ')
      .split(' --')
      .filter((flag) => !flag.includes('kafka-addr'))
  const local = runArguments('name', 19_092)
  const start = local.indexOf('redpanda')
  expect(words(service('redpanda').command ?? [])).toEqual(words(local.slice(start)))
})

describe('what runs', () => {
  test.each(OURS)('%s may write nothing but /tmp, and gain nothing', (name) => {
    expect(service(name)).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      user: '10001:10001',
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
  })

  test('of others may gain nothing either', () => {
    for (const name of FOREIGN) {
      expect(service(name).security_opt).toEqual(['no-new-privileges:true'])
    }
  })

  test('waits only for what exists, in a state that it reaches', () => {
    for (const { depends_on = {} } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const { healthcheck, restart = 'no' } = service(name)
        if (condition === 'service_healthy') expect(healthcheck).toBeDefined()
        if (condition === 'service_completed_successfully')
          expect(restart).toStartWith('on-failure')
      }
    }
  })

  test('is reached from this machine only, each on a port of its own', () => {
    const ports = Object.values(services).flatMap(({ ports: published = [] }) => published)
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    const hosts = ports.map((port) => interpolated(port).split(':')[1])
    expect(new Set(hosts).size).toBe(ports.length)
  })

  test('mounts only files that exist and volumes that are declared', () => {
    const mounts = Object.values(services).flatMap(({ volumes: mounted = [] }) => mounted)
    const missing = mounts.filter((mount) => {
      const [from = ''] = mount.split(':')
      return from.startsWith('.') ? !existsSync(join(FOLDER, from)) : !(from in volumes)
    })
    expect(missing).toEqual([])
  })
})

describe('each service', () => {
  test.each(SERVICES.map(({ name, prefix }) => [name, prefix] as const))(
    '%s is behind its prefix, is healthy when ready, and is watched',
    async (name, prefix) => {
      const gateway = await Bun.file(join(FOLDER, 'compose/gateway.conf')).text()
      expect(gateway).toContain(`location ${prefix}/ { proxy_pass http://${name}:${IMAGE.PORT}; }`)
      expect(service(name).healthcheck?.test.at(-1)).toContain(`:${IMAGE.OPS_PORT}/ready`)
      expect(await readYaml('compose/prometheus.yaml')).toMatchObject({
        scrape_configs: expect.arrayContaining([
          {
            job_name: `${name}-service`,
            static_configs: [
              { targets: [`${name}:${IMAGE.OPS_PORT}`], labels: { namespace: name } },
            ],
          },
        ]),
      })
      const files = `./charts/${name}-service/files`
      expect(service('prometheus').volumes).toContainEqual(
        expect.stringContaining(`${files}/alerts.yaml:/etc/prometheus/rules/`),
      )
      expect(service('grafana').volumes).toContainEqual(
        expect.stringContaining(`${files}/dashboard.json:/dashboards/`),
      )
    },
  )
})

test('the ports are those that the image is made with', async () => {
  const dockerfile = await Bun.file(join(FOLDER, 'Dockerfile')).text()
  const line = Object.entries(IMAGE).map(([name, value]) => `${name}=${value}`)
  expect(dockerfile).toContain(`ENV ${line.join(' ')}`)
})
