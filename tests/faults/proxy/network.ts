import type { Conditions } from './conditions.ts'
import type { Losses } from './losses.ts'
import type { TcpProxy } from './tcp-proxy.ts'
import type { Proxy, Way } from './types.ts'

/** What is the same for every protocol: the faults of the network, and the counts of all. */
export const withNetwork = <Call, Name extends string, Ways extends Way>(
  tcp: TcpProxy,
  conditions: Conditions,
  losses: Losses<Call>,
): Proxy<Call, Name, Ways> => {
  let cut = 0
  const cutAll = (): number => {
    const count = tcp.cutAll()
    cut += count
    return count
  }
  return {
    port: tcp.port,
    cutAll,
    delay: conditions.delay,
    blackhole: (durationMs, end = 'deliver') =>
      conditions.silence(durationMs, end === 'cut' ? () => tcp.cutAll() : undefined),
    slice: conditions.slice,
    loseReply: losses.ask,
    heal() {
      conditions.heal()
      losses.heal()
    },
    counts: () => ({ cut, ...conditions.counts(), ...losses.counts() }),
    losses: losses.list,
    connections: tcp.connections,
    async close() {
      conditions.heal()
      await tcp.close()
    },
  }
}
