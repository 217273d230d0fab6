export type Link = { name: string; url: string }

/** What there is at the gateway: a small page for browsers, JSON for the rest. */
export const frontPage = (headers: Headers, links: readonly Link[]): Response => {
  if (!headers.get('accept')?.includes('text/html')) return Response.json({ links })
  const items = links.map(({ name, url }) => `<li><a href="${url}">${name}</a> <code>${url}</code>`)
  return new Response(page(items.join('\n')), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  })
}

const page = (items: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>exactly-once</title>
<style>
  body { font: 16px/1.6 system-ui, sans-serif; margin: 3rem auto; max-width: 44rem; padding: 0 1rem }
  code { color: #666 }
</style>
<h1>exactly-once</h1>
<p>Orders, billing and notifications on this machine.</p>
<ul>
${items}
</ul>
</html>
`
