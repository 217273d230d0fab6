import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KAFKA_VERSION, kafkaJars } from '../local/kafka-jars.ts'
import type { RunCommand } from '../run-command.ts'

const FOLDER = join(import.meta.dir, 'stand-ins')
const DEBIAN = 'localhost/exactly-once/debian:bookworm'
const DEADLINE_MS = 600_000

export const STAND_INS = {
  kafka: { repository: 'localhost/exactly-once/stand-in-kafka', tag: KAFKA_VERSION },
  postgres: { repository: 'localhost/exactly-once/stand-in-postgres', tag: '15' },
} as const

/**
 * Images of Kafka and Postgres for a machine that can pull none: a Debian root file system by
 * debootstrap, Java and Postgres from Debian's packages, the broker's jars from Maven. They obey
 * the same paths, users and variables as apache/kafka and postgres do, as far as the charts need.
 */
export const buildStandIns = async (run: RunCommand): Promise<string[]> => {
  await buildDebian(run)
  const { kafka, postgres } = STAND_INS
  const names = [`${kafka.repository}:${kafka.tag}`, `${postgres.repository}:${postgres.tag}`]
  const [kafkaName = '', postgresName = ''] = names
  await build(run, 'kafka.Dockerfile', kafkaName, await kafkaJars())
  await build(run, 'postgres.Dockerfile', postgresName, FOLDER)
  return names
}

const build = (run: RunCommand, file: string, name: string, context: string) =>
  run(
    [
      'podman',
      'build',
      '--isolation=chroot',
      `--file=${join(FOLDER, file)}`,
      `--build-arg=BASE=${DEBIAN}`,
      `--tag=${name}`,
      context,
    ],
    { deadlineMs: DEADLINE_MS },
  )

const buildDebian = async (run: RunCommand): Promise<void> => {
  const known = await run(['podman', 'images', '--quiet', DEBIAN])
  if (known.trim() !== '') return
  const folder = await mkdtemp(join(tmpdir(), 'exactly-once-debian-'))
  try {
    const root = join(folder, 'root')
    const archive = join(folder, 'root.tar')
    await run(['debootstrap', '--variant=minbase', 'bookworm', root], { deadlineMs: DEADLINE_MS })
    await run(['tar', '-C', root, '-cf', archive, '.'])
    await run(['podman', 'import', archive, DEBIAN], { deadlineMs: DEADLINE_MS })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
