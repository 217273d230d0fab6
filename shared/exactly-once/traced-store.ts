import { processing } from '../kafka/spans.ts'
import { traceEach } from '../tracing/trace-each.ts'
import type { Tracer } from '../tracing/tracer.ts'
import type { ProjectionStore } from './projection.ts'

/** Stores with a span for each record of a trace. */
export const tracedStore = (tracer: Tracer, store: ProjectionStore): ProjectionStore =>
  tracer.isOn
    ? {
        ...store,
        store: (records, partition, next) =>
          traceEach(tracer, records, stepOf, (traced) => store.store(traced, partition, next)),
      }
    : store

const stepOf = processing()
