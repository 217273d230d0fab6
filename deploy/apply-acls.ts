import {
  type AclEntry,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  ResourcePatternTypes,
} from 'kafkajs'

export type Applied = {
  /** What was missing, and is there now. */
  given: AclEntry[]
  /** What our principals have beyond the table. */
  surplus: AclEntry[]
}

/**
 * Gives what is missing of the wanted entries; changes nothing when nothing is.
 *
 * Takes nothing away: a new version is provisioned while the pods of the old one still run on
 * their rights, and a rolled back one needs them again. What is too much is reported each time, so
 * that somebody who knows the cluster takes it away (`kafka-acls --remove`, `rpk acl delete`).
 */
export const applyAcls = async (admin: Admin, wanted: readonly AclEntry[]): Promise<Applied> => {
  const ours = new Set(wanted.map(({ principal }) => principal))
  const present = (await presentAcls(admin)).filter(({ principal }) => ours.has(principal))
  const given = without(wanted, present)
  if (given.length > 0) await admin.createAcls({ acl: given })
  return { given, surplus: without(present, wanted) }
}

const presentAcls = async (admin: Admin): Promise<AclEntry[]> => {
  const { resources } = await admin.describeAcls({
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
  })
  return resources.flatMap(({ acls, ...resource }) => acls.map((acl) => ({ ...resource, ...acl })))
}

const without = (entries: readonly AclEntry[], others: readonly AclEntry[]): AclEntry[] => {
  const known = new Set(others.map(aclText))
  return entries.filter((entry) => !known.has(aclText(entry)))
}

/** E.g. `User:order may WRITE on TOPIC order`; the same text is the same entry. */
export const aclText = (entry: AclEntry): string => {
  const isDenied = entry.permissionType === AclPermissionTypes.DENY
  const isPrefix = entry.resourcePatternType === ResourcePatternTypes.PREFIXED
  return [
    entry.principal,
    isDenied ? 'may not' : 'may',
    nameOf(AclOperationTypes, entry.operation),
    'on',
    nameOf(AclResourceTypes, entry.resourceType),
    `${entry.resourceName}${isPrefix ? '…' : ''}`,
    ...(entry.host === '*' ? [] : [`from ${entry.host}`]),
  ].join(' ')
}

/** kafkajs declares enums, but they are plain objects: they have no names for their numbers. */
const nameOf = (values: Readonly<Record<string, unknown>>, value: number): string =>
  Object.entries(values).find(([, each]) => each === value)?.[0] ?? String(value)
