import { CommandError } from '../run-command.ts'
import { type Options, parse } from './arguments.ts'
import { buildImages } from './build-images.ts'
import { findEngine } from './engine.ts'
import { TARGETS } from './names.ts'

const HELP = `Builds the images of the services.

  bun run images [TARGET…] [--engine docker|podman] [--tag TAG] [--base public|local]

  TARGET      ${TARGETS.join(', ')} (default: all)
  --engine    whose build is used (default: the first that answers)
  --tag       of the images (default: the version of the project)
  --base      public: the images that deploy/Dockerfile names; local: made from this
              machine's glibc and Bun, where nothing can be pulled (default: public)
  --help, -h  this text
`

const main = async (words: readonly string[]): Promise<number> => {
  const parsed = parse(words)
  if ('options' in parsed) return await build(parsed.options)
  if ('help' in parsed) {
    console.log(HELP)
    return 0
  }
  return wrong(`${parsed.problem}\nTry: bun run images --help`, 2)
}

const build = async ({ engine: wanted, ...options }: Options): Promise<number> => {
  const found = await findEngine(wanted)
  if ('problem' in found) return wrong(`There is no engine to build with: ${found.problem}.`)
  try {
    await buildImages({
      engine: found.engine,
      ...options,
      onBuilt: ({ reference, ms }) => console.log(`built ${reference} [${Math.ceil(ms / 1000)}s]`),
    })
    return 0
  } catch (error) {
    if (error instanceof CommandError) return wrong(error.message)
    throw error
  }
}

const wrong = (why: string, code = 1): number => {
  console.error(why)
  return code
}

process.exit(await main(process.argv.slice(2)))
