import { join } from 'node:path'
import * as v from 'valibot'

/** The part of the Compose specification that deploy/compose.yaml uses; nothing else is let in. */
const Service = v.strictObject({
  image: v.string(),
  build: v.optional(
    v.strictObject({ context: v.string(), dockerfile: v.string(), target: v.string() }),
  ),
  command: v.optional(v.array(v.string())),
  environment: v.optional(v.record(v.string(), v.string())),
  ports: v.optional(v.array(v.string())),
  volumes: v.optional(v.array(v.string())),
  read_only: v.optional(v.boolean()),
  tmpfs: v.optional(v.array(v.string())),
  user: v.optional(v.string()),
  cap_drop: v.optional(v.array(v.string())),
  security_opt: v.optional(v.array(v.string())),
  restart: v.optional(v.string()),
  stop_grace_period: v.optional(v.string()),
  profiles: v.optional(v.array(v.string())),
  healthcheck: v.optional(
    v.strictObject({
      test: v.pipe(v.array(v.string()), v.minLength(2)),
      interval: v.string(),
      timeout: v.string(),
      retries: v.number(),
      start_period: v.optional(v.string()),
      start_interval: v.optional(v.string()),
    }),
  ),
  depends_on: v.optional(
    v.record(
      v.string(),
      v.strictObject({
        condition: v.picklist([
          'service_started',
          'service_healthy',
          'service_completed_successfully',
        ]),
      }),
    ),
  ),
})

const ComposeFile = v.looseObject({
  name: v.string(),
  services: v.record(v.string(), Service),
  volumes: v.record(v.string(), v.null()),
})

export const FOLDER = join(import.meta.dir, '../../deploy')

/** A file of deploy/ in YAML. */
export const readYaml = async (file: string): Promise<unknown> =>
  Bun.YAML.parse(await Bun.file(join(FOLDER, file)).text())

export const { services, volumes } = v.parse(ComposeFile, await readYaml('compose.yaml'))

export type ComposeService = v.InferOutput<typeof Service>

/** By its name; throws when there is none. */
export const service = (name: string): ComposeService => {
  const found = services[name]
  if (found === undefined) throw new Error(`compose.yaml has no ${name}`)
  return found
}

/** What Compose puts in for `${NAME:-fallback}` where nothing is set. */
export const interpolated = (text: string): string => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
