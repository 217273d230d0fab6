import { expect, test } from 'bun:test'
import { changed, example } from './example.ts'
import { restrictedFaults } from './restricted.ts'

const POD = 'Deployment spec template spec'
const CONTAINER = `${POD} containers 0`
const INIT = `${POD} initContainers 0`

const table: [place: string, value: unknown, fault: string][] = [
  [`${POD} hostNetwork`, true, 'Deployment order: hostNetwork'],
  [`${POD} hostPID`, true, 'hostPID'],
  [`${POD} hostIPC`, true, 'hostIPC'],
  [`${POD} securityContext sysctls`, [{ name: 'a', value: 'b' }], 'sysctls'],
  [`${POD} securityContext fsGroup`, 0, 'fsGroup'],
  [`${POD} automountServiceAccountToken`, undefined, 'automountServiceAccountToken'],
  [`${POD} automountServiceAccountToken`, true, 'automountServiceAccountToken'],
  [`${POD} enableServiceLinks`, undefined, 'enableServiceLinks'],
  [`${POD} serviceAccountName`, undefined, 'service account'],
  [`${POD} volumes 0`, { name: 'tmp', hostPath: { path: '/' } }, 'volume tmp: hostPath'],
  [`${POD} volumes 0`, { name: 'tmp', emptyDir: {} }, 'volume tmp: no sizeLimit'],
  [`${POD} volumes 1 secret defaultMode`, undefined, 'mode of secrets'],
  [`${POD} volumes 1 secret defaultMode`, 0o444, 'mode of secrets'],
  ['Job spec template spec volumes 1 projected defaultMode', undefined, 'mode of secrets'],
  [
    'Job spec template spec volumes 1 projected sources 1',
    { serviceAccountToken: { path: 'token' } },
    'volume secrets: token',
  ],
  [`${POD} securityContext runAsNonRoot`, undefined, 'runAsNonRoot'],
  [`${POD} securityContext runAsUser`, 0, 'runAsUser'],
  [`${POD} securityContext runAsUser`, undefined, 'runAsUser'],
  [`${POD} securityContext runAsUser`, 1000, 'not the user 10001'],
  [`${POD} securityContext runAsGroup`, undefined, 'runAsGroup'],
  [`${POD} securityContext seccompProfile`, undefined, 'seccompProfile'],
  [`${POD} securityContext seccompProfile type`, 'Unconfined', 'seccompProfile'],
  [`${CONTAINER} securityContext runAsNonRoot`, false, 'Deployment order, order: runAsNonRoot'],
  [`${CONTAINER} securityContext runAsUser`, 0, 'runAsUser'],
  [`${CONTAINER} securityContext allowPrivilegeEscalation`, undefined, 'allowPrivilegeEscalation'],
  [`${CONTAINER} securityContext privileged`, true, 'privileged'],
  [`${CONTAINER} securityContext capabilities drop`, ['NET_RAW'], 'capabilities'],
  [`${CONTAINER} securityContext capabilities add`, ['NET_BIND_SERVICE'], 'adds capabilities'],
  [`${CONTAINER} securityContext readOnlyRootFilesystem`, undefined, 'readOnlyRootFilesystem'],
  [`${CONTAINER} securityContext procMount`, 'Unmasked', 'procMount'],
  [`${CONTAINER} ports 0 hostPort`, 8080, 'hostPort'],
  [`${CONTAINER} volumeMounts`, [], 'no /tmp'],
  [`${CONTAINER} securityContext`, undefined, 'capabilities'],
  [`${INIT} securityContext`, undefined, 'await-migrations: capabilities'],
  ['Job spec template spec containers 0 securityContext', undefined, 'Job migrate, migrate: cap'],
]

test('the example meets the profile', () => expect(restrictedFaults(example())).toEqual([]))

test.each(table)('%s = %j is found', (place, value, fault) => {
  expect(restrictedFaults(changed(place, value)).join('\n')).toContain(fault)
})
