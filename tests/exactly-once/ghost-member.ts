import { kafkaClient } from '../../shared/kafka/kafka-client.ts'
import { joinGroup } from '../../shared/kafka/membership.ts'
import { openLog } from '../../shared/log.ts'

/** A member of a group in a process of its own, so that it can be killed. Says when it is one. */
const [broker = '', groupId = '', topic = '', instance = ''] = process.argv.slice(2)
const log = openLog('ghost', 'silent')

await joinGroup({
  kafka: kafkaClient({ clientId: 'member', brokers: [broker], log }, instance),
  groupId,
  topic,
  log,
  onAssigned: (partitions) => process.stdout.write(`${JSON.stringify(partitions)}\n`),
  onCrashed: () => process.exit(70),
})
