import type { Part } from '../lifecycle.ts'
import type { Log } from '../log.ts'
import type { Tracing } from './config.ts'
import { inertTracer, type Tracer } from './tracer.ts'

/**
 * The tracer that is asked for. The packages of OpenTelemetry are loaded only when one is: they
 * take time to load and memory to keep.
 */
export const openTracer = async (tracing: Tracing | undefined, log: Log): Promise<Tracer> => {
  if (tracing === undefined) return inertTracer
  const [{ openTelemetry }, { collector }] = await Promise.all([
    import('./open-telemetry.ts'),
    import('./collector.ts'),
  ])
  return openTelemetry(tracing, collector(log), log)
}

/** Sends the last traces at the end: start it first, then it stops last. */
export const tracingPart = (tracer: Tracer): Part => ({
  name: 'tracing',
  start: () => Promise.resolve(tracer.stop),
})
