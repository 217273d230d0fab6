import * as v from 'valibot'
import { choice, integer, variable } from '../shared/config.ts'
import { kafkaConfig } from '../shared/kafka/config.ts'
import { logLevel, topicPartitions } from '../shared/service-config.ts'

/** What the program that prepares a broker reads from its environment. */
export const provisionConfig = v.intersect([
  kafkaConfig,
  v.object({
    TOPIC_PARTITIONS: topicPartitions,
    TOPIC_REPLICATION_FACTOR: variable(
      v.union([v.pipe(v.literal('-1'), v.transform(Number)), integer(1, 32)]),
      '-1',
      'Copies of each new topic; -1 leaves it to the broker',
    ),
    KAFKA_ACLS: variable(
      choice('none', 'apply'),
      'none',
      'With `apply`, gives each service the rights that it needs',
    ),
    LOG_LEVEL: logLevel,
  }),
])
