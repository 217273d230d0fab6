import { DOCS_ASSETS, docsAssets, docsPage } from './docs.ts'
import { type EdgeOptions, edge } from './edge.ts'
import { type OpenApiDocument, openApiDocument } from './openapi.ts'

export type ServiceOptions<Prefix extends string> = EdgeOptions<Prefix> & {
  title: string
  version?: string
  description?: string
}

/**
 * An edge that documents itself: `<prefix>/openapi.json`, and `<prefix>/docs` for people. The
 * routes that follow are described when somebody asks for the first time.
 */
export const service = <const Prefix extends string>({
  title,
  version = '1.0.0',
  description = '',
  ...options
}: ServiceOptions<Prefix>) => {
  const app = edge(options)
  let document: OpenApiDocument | undefined
  for (const [name, response] of docsAssets) app.get(`${DOCS_ASSETS}/${name}`, response, HIDDEN)
  return app
    .get(
      '/openapi.json',
      () => (document ??= openApiDocument(app, { title, version, description })),
      HIDDEN,
    )
    .get('/docs', () => docsPage(title, options.prefix), HIDDEN)
}

/** The documentation does not document itself. */
const HIDDEN = { detail: { hide: true } } as const
