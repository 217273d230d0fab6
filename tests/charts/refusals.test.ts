import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { withTools } from './available.ts'
import { chartOf, complaintOf } from './releases.ts'
import { FOR_CLUSTER, HELM_VERSIONS, type HelmVersion, helm, LONGEST_MS } from './run-tool.ts'

/** Values that no chart takes, and that Helm names the one that is wrong. */

setDefaultTimeout(LONGEST_MS)

/** What is set, as `--set-json` takes it, and what the complaint names. */
type Row = [set: string, named: string]

/** Every group of values, and that a key which it does not know is refused in it. */
const GROUPS = `image config kafka kafka.tls kafka.tls.caSecret kafka.sasl kafka.sasl.existingSecret
  database database.secret database.migratorSecret database.tls database.tls.caSecret
  database.roles database.cloudnativepg database.cloudnativepg.storage database.development
  database.development.image database.passwords migration migration.resources resources
  topologySpread autoscaling keda podDisruptionBudget networkPolicy networkPolicy.broker
  networkPolicy.dns ingress httpRoute serviceMonitor prometheusRule dashboard smokeTest
  smokeTest.image`.split(/\s+/)

const OF_SERVICES: Row[] = [
  ['bogus=1', 'bogus'],
  // Sizes.
  ['replicas=0', '/replicas'],
  ['replicas=-1', '/replicas'],
  ['replicas=2.5', '/replicas'],
  ['replicas="2"', '/replicas'],
  ['replicas=true', '/replicas'],
  ['autoscaling.minReplicas=0', '/autoscaling/minReplicas'],
  ['keda.maxReplicas=0', '/keda/maxReplicas'],
  ['podDisruptionBudget.maxUnavailable=0', '/podDisruptionBudget/maxUnavailable'],
  ['podDisruptionBudget.maxUnavailable="0%"', '/podDisruptionBudget/maxUnavailable'],
  ['database.connections=1', '/database/connections'],
  ['database.cloudnativepg.instances=0', '/database/cloudnativepg/instances'],
  ['resources.memory="lots"', '/resources/memory'],
  ['resources.cpu=null', 'cpu'],
  ['migration.deadlineSeconds=0', '/migration/deadlineSeconds'],
  // Partitions are said twice.
  ['kafka.partitions=8', 'partitionsConfirmed'],
  ['kafka.partitions=8,kafka.partitionsConfirmed=6', 'partitionsConfirmed'],
  ['kafka.partitions=0', '/kafka/partitions'],
  ['kafka.partitions=1001', '/kafka/partitions'],
  ['kafka.partitions="4"', '/kafka/partitions'],
  // Passwords that everybody knows, or that are soon guessed.
  ['kafka.sasl.mechanism="scram-sha-512",kafka.sasl.password="short"', '/kafka/sasl/password'],
  ['kafka.sasl.password="changeme-changeme-changeme"', '/kafka/sasl/password'],
  ['kafka.sasl.password="Password-Password-1234"', '/kafka/sasl/password'],
  ['kafka.sasl.password="replace-me-replace-me"', '/kafka/sasl/password'],
  ['kafka.sasl.password="only-an-example-of-one"', '/kafka/sasl/password'],
  ['database.passwords.app="postgres"', '/database/passwords/app'],
  ['database.passwords.admin="15-letters-long"', '/database/passwords/admin'],
  ['database.url="postgres://billing_app:billing@db/billing"', '/database/url'],
  ['database.url="postgres://billing_app@db/billing"', '/database/url'],
  ['database.url="postgres://billing_app:postgres-postgres-1@db/billing"', '/database/url'],
  ['database.migratorUrl="postgres://a:changeme-changeme-1@db/b"', '/database/migratorUrl'],
  ['database.url="mysql://billing_app:twenty-random-letters@db/billing"', '/database/url'],
  // Dangerous on the way to broker and database.
  ['kafka.sasl.mechanism="plain"', '/kafka'],
  ['kafka.sasl.mechanism="gssapi"', '/kafka/sasl/mechanism'],
  ['kafka.brokers=[]', '/kafka/brokers'],
  ['kafka.brokers=["kafka"]', '/kafka/brokers'],
  ['kafka.brokers="kafka:9092"', '/kafka/brokers'],
  ['kafka.tls.enabled="yes"', '/kafka/tls/enabled'],
  ['database.mode="sqlite"', '/database/mode'],
  ['database.tls.caSecret.name="Not A Name"', '/database/tls/caSecret/name'],
  [
    'database.url="postgres://a:twenty-random-letters@db/b",database.secret.name="s"',
    'database.secret.name',
  ],
  [
    'kafka.sasl.mechanism="scram-sha-512",kafka.sasl.password="twenty-random-letters",kafka.sasl.existingSecret.name="s"',
    'kafka.sasl.existingSecret.name',
  ],
  // The rest.
  ['image.tag="latest"', '/image/tag'],
  ['image.digest="sha256:1234"', '/image/digest'],
  ['image.repository=""', '/image/repository'],
  ['image.pullPolicy="Sometimes"', '/image/pullPolicy'],
  ['config.logLevel="loud"', '/config/logLevel'],
  ['config.sweepAfterMs=1', '/config/sweepAfterMs'],
  ['config.balanceDeadlineMs="soon"', '/config/balanceDeadlineMs'],
  ['fullnameOverride="Billing_Service"', '/fullnameOverride'],
  ['autoscaling.enabled=true,keda.enabled=true', "'not' failed"],
  ['networkPolicy.broker.ports=[]', '/networkPolicy/broker/ports'],
  ['networkPolicy.dns.ports=[0]', '/networkPolicy/dns/ports'],
  ['networkPolicy.broker.peers=[{"podselector":{}}]', '/networkPolicy/broker/peers'],
  ['smokeTest.orderUrl="order-service"', '/smokeTest/orderUrl'],
  ['serviceMonitor.interval="often"', '/serviceMonitor/interval'],
]

const OF_PROVISIONING: Row[] = [
  ['bogus=1', 'bogus'],
  ['kafka.bogus=1', 'bogus'],
  ['kafka.partitions=8', 'partitionsConfirmed'],
  ['kafka.sasl.password="short"', '/kafka/sasl/password'],
  ['replicationFactor=0', '/replicationFactor'],
  ['acls="everything"', '/acls'],
  ['image.tag="latest"', '/image/tag'],
  ['logLevel="loud"', '/logLevel'],
]

const OF_BROKER: Row[] = [
  ['bogus=1', 'bogus'],
  ['security.bogus=1', 'bogus'],
  ['security.enabled="yes"', '/security/enabled'],
  ['image.tag="latest"', '/image/tag'],
  ['heap="big"', '/heap'],
  ['runAsUser=0', '/runAsUser'],
  ['clusterId="x"', '/clusterId'],
]

const ROWS = [
  ...OF_SERVICES.map((row): [string, ...Row] => ['billing-service', ...row]),
  ...OF_PROVISIONING.map((row): [string, ...Row] => ['provisioning', ...row]),
  ...OF_BROKER.map((row): [string, ...Row] => ['kafka', ...row]),
]

const attempt = (version: HelmVersion, name: string, set: string) => {
  const { folder, namespace } = chartOf(name)
  const place = ['--namespace', namespace, ...FOR_CLUSTER]
  const assignments = set.split(/,(?=[a-z]\w*\.)/i).flatMap((one) => ['--set-json', one])
  return helm(version, 'template', name, folder, ...place, ...assignments)
}

withTools.each([...HELM_VERSIONS])('refused by %s', (version) => {
  // All at once in the background; each test then only waits for its own.
  const attempts = new Map<string, ReturnType<typeof attempt>>()
  const outcomeOf = (name: string, set: string) => {
    if (attempts.size === 0) {
      for (const [chart, values] of ROWS) {
        attempts.set(`${chart} ${values}`, attempt(version, chart, values))
      }
    }
    return attempts.get(`${name} ${set}`)
  }
  test.each(ROWS)('%s: %s', async (name, set, named) => {
    const outcome = await outcomeOf(name, set)
    expect(outcome?.output).toBe('')
    expect(complaintOf(outcome?.errors ?? '')).toContain(named)
  })
})

withTools('a key that nobody knows', () => {
  test.each([...HELM_VERSIONS])('is refused in every group, %s', async (version) => {
    const set = GROUPS.map((path) => `${path}.bogus=1`).join(',')
    const complaint = complaintOf((await attempt(version, 'billing-service', set)).errors)
    const accepting = GROUPS.filter(
      (path) =>
        !complaint.includes(
          `at '/${path.replaceAll('.', '/')}': additional properties 'bogus' not allowed`,
        ),
    )
    expect(accepting).toEqual([])
  })
})

withTools('accepted', () => {
  const fine = [
    'kafka.partitions=8,kafka.partitionsConfirmed=8',
    'kafka.sasl.mechanism="scram-sha-512",kafka.sasl.password="twenty-random-letters"',
    'kafka.sasl.mechanism="plain",kafka.tls.enabled=true',
    'database.url="postgres://billing_app:twenty-random-letters@db/billing"',
    'podDisruptionBudget.maxUnavailable="25%"',
    'keda.enabled=true',
    'database.mode="cloudnativepg"',
  ]
  test.each(fine)('%s', async (set) => {
    const { code, errors } = await attempt('helm4', 'billing-service', set)
    expect(code === 0 ? '' : complaintOf(errors)).toBe('')
  })
})

describe('the table', () => {
  test('has no row twice', () => {
    const rows = ROWS.map(([chart, set]) => `${chart} ${set}`)
    expect(rows.length).toBe(new Set(rows).size)
  })
})
