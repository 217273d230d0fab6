import { until } from '../../tests/support/until.ts'
import { startGateway } from '../local/gateway.ts'
import { freePort } from '../local/ports.ts'
import { SERVICES } from './names.ts'

export type Entry = { url: string; close: () => Promise<void> }

/** Where no ingress controller is: a port-forward to each service, and one address before them. */
export const openForwards = async (): Promise<Entry> => {
  const forwards = await Promise.all(SERVICES.map(forward))
  const gateway = startGateway({
    port: await freePort(),
    routes: forwards.map(({ service, origin }) => ({ prefix: `/${service}-service`, origin })),
    links: [],
  })
  return {
    url: `http://localhost:${gateway.port}`,
    async close() {
      await gateway.stop()
      for (const { child } of forwards) child.kill()
      await Promise.all(forwards.map(({ child }) => child.exited))
    },
  }
}

/** Each question; all of them together have the deadline of `until`. */
const ANSWER_MS = 2_000

const forward = async (service: (typeof SERVICES)[number]) => {
  const port = await freePort()
  const words = `kubectl port-forward service/${service}-service -n ${service} ${port}:80`
  const child = Bun.spawn(words.split(' '), {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  })
  const origin = `http://127.0.0.1:${port}`
  try {
    const answers = async () =>
      (await fetch(origin, { signal: AbortSignal.timeout(ANSWER_MS) })).status > 0
    await until(answers, { what: `${words} to answer` })
  } catch (error) {
    child.kill()
    throw error
  }
  return { service, origin, child }
}
