import { resolve } from 'node:path'
import favicon from 'swagger-ui-dist/favicon-32x32.png' with { type: 'file' }
import swaggerUi from 'swagger-ui-dist/package.json' with { type: 'json' }
import styles from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import script from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }

/**
 * The page that shows an OpenAPI document, with Swagger UI out of our own dependencies: it works
 * without the internet, and its policy forbids it to fetch anything from elsewhere.
 */
export const docsPage = (title: string, prefix: string): Response =>
  new Response(
    `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="icon" type="image/png" href="${prefix}${DOCS_ASSETS}/favicon-32x32.png">
    <link rel="stylesheet" href="${prefix}${DOCS_ASSETS}/swagger-ui.css">
    <script defer src="${prefix}${DOCS_ASSETS}/swagger-ui-bundle.js"></script>
    <script defer src="${prefix}${DOCS_ASSETS}/show.js"></script>
  </head>
  <body><div id="swagger-ui"></div></body>
</html>
`,
    {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
          "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
      },
    },
  )

/** The version stands in the path, so that browsers may keep the files for good. */
export const DOCS_ASSETS = `/docs/${swaggerUi.version}`

/** The files of the page, by name. */
export const docsAssets: ReadonlyMap<string, () => Response> = new Map([
  ['favicon-32x32.png', () => file(favicon, 'image/png')],
  ['swagger-ui.css', () => file(styles, 'text/css; charset=utf-8')],
  ['swagger-ui-bundle.js', () => file(script, 'text/javascript; charset=utf-8')],
  ['show.js', () => new Response(SHOW, { headers: kept('text/javascript; charset=utf-8') })],
])

/** The path is absolute where the sources run, and relative to the bundle where that runs. */
const file = (path: string, contentType: string): Response =>
  new Response(Bun.file(resolve(import.meta.dir, path)), { headers: kept(contentType) })

const kept = (contentType: string) => ({
  'content-type': contentType,
  'cache-control': 'public, max-age=31536000, immutable',
})

/** The document lies beside the page. No validator badge: it would ask a server of Swagger. */
const SHOW = `SwaggerUIBundle({
  url: new URL('openapi.json', location.href).href,
  dom_id: '#swagger-ui',
  validatorUrl: null,
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
})
`
