import { freePort } from '../../../deploy/local/ports.ts'
import { privateBroker } from '../../support/broker.ts'
import { startKafkaProxy } from './kafka-proxy.ts'

/** A broker of one test with a proxy before it; what the broker answers points to the proxy. */
export const proxiedBroker = async () => {
  const listening = await freePort()
  const proxy = await startKafkaProxy({ upstreamPort: listening })
  const broker = await privateBroker({}, undefined, { listening, advertised: proxy.port })
  return {
    proxy,
    /** Behind the proxy. */
    proxied: `127.0.0.1:${proxy.port}`,
    /** Past it. */
    direct: broker.brokers,
    directPort: broker.port,
    dispose: async () => {
      await proxy.close()
      await broker.dispose()
    },
  }
}
