import { $ } from 'bun'

/**
 * Writes the SQL of what changed in a service's tables since its last migration; commit it with
 * the change. Services apply their migrations when they start.
 */
for (const service of ['order', 'billing', 'notification']) {
  await $`bunx drizzle-kit generate --dialect postgresql --schema ${service}/tables.ts --out ${service}/migrations`
}
