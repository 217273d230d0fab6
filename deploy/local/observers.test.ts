import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { grafanaFiles } from './grafana.ts'
import { prometheusConfig } from './prometheus.ts'

test('Prometheus scrapes each service by the name that alerts and dashboards ask for', () => {
  const config = Bun.YAML.parse(
    prometheusConfig([{ name: 'order', opsUrl: 'http://127.0.0.1:9081' }]),
  )
  expect(config).toMatchObject({
    scrape_configs: [
      {
        job_name: 'order-service',
        static_configs: [{ targets: ['127.0.0.1:9081'], labels: { namespace: 'order' } }],
      },
    ],
  })
})

test('Prometheus has the rules of every chart', () => {
  const { rule_files } = v.parse(
    v.object({ rule_files: v.array(v.string()) }),
    Bun.YAML.parse(prometheusConfig([])),
  )
  expect(rule_files).toHaveLength(3)
  expect(rule_files.filter((file) => !existsSync(file))).toEqual([])
})

const Providers = v.object({
  providers: v.array(v.object({ options: v.object({ path: v.string() }) })),
})

test('Grafana asks that Prometheus, and has the dashboard of every chart', () => {
  const files = grafanaFiles('http://127.0.0.1:9099')
  expect(
    Bun.YAML.parse(files.get('provisioning/datasources/datasources.yaml') ?? ''),
  ).toMatchObject({
    datasources: [{ type: 'prometheus', url: 'http://127.0.0.1:9099', isDefault: true }],
  })
  const { providers } = v.parse(
    Providers,
    Bun.YAML.parse(files.get('provisioning/dashboards/dashboards.yaml') ?? ''),
  )
  expect(providers).toHaveLength(3)
  const missing = providers.filter(
    ({ options }) => !existsSync(join(options.path, 'dashboard.json')),
  )
  expect(missing).toEqual([])
})
