import colors from 'picocolors'
import type { State } from './state.ts'
import { table } from './table.ts'

/** What a person wants to know when all is ready. */
export const banner = ({ url = '', parts }: Pick<State, 'url' | 'parts'>): string => {
  const services = parts.filter(({ kind }) => kind === 'service')
  const inner = parts.filter(({ kind }) => ['broker', 'postgres', 'observer'].includes(kind))
  return [
    '',
    table([
      ['gateway', url],
      ...services.map(({ name, docs = '' }) => [`${name} docs`, docs]),
      ...services.map(({ name, ready = '' }) => [`${name} ops`, readyAndMetrics(ready)]),
      ...inner.map(({ name, address }) => [name, address]),
    ]),
    '',
    'Open an account:',
    '',
    `  curl -i ${url}/billing-service/account/create \\`,
    `    -H 'content-type: application/json' -d '{"account":"64043603"}'`,
    '',
    colors.dim('Ctrl-C stops it; from elsewhere: bun run down. How it is: bun run status.'),
    '',
  ].join('\n')
}

const readyAndMetrics = (ready: string) => `${ready}  ${ready.replace(/ready$/, 'metrics')}`
