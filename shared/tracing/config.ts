import * as v from 'valibot'
import { choice, optionalVariable, variable } from '../config.ts'

/** The samplers that the specification of OpenTelemetry names and that need nothing else. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** How a service is traced: under which name, and which share of what. */
export type Tracing = { service: string; sampler: (typeof SAMPLERS)[number]; ratio: number }

const isHttp = (url: string): boolean => /^https?:$/.test(URL.parse(url)?.protocol ?? '')

/** The specification takes an empty variable for one that is not there. */
const collector = v.union(
  [
    v.pipe(
      v.literal(''),
      v.transform(() => undefined),
    ),
    v.pipe(v.string(), v.check(isHttp)),
  ],
  'expected http:// or https://',
)

const ratio = v.pipe(
  v.string(),
  v.regex(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/, 'expected 0 to 1'),
  v.transform(Number),
)

/**
 * Whether and how a process is traced: the variables, and the `tracing` that they make; undefined
 * when it is off. Who sends the traces away reads more of the standard variables by itself:
 * headers, timeouts and certificates.
 */
export const tracingConfig = (service: string) =>
  v.pipe(
    v.object({
      OTEL_EXPORTER_OTLP_ENDPOINT: optionalVariable(
        collector,
        'Where traces go: an OpenTelemetry collector, over HTTP; without it there are none',
      ),
      OTEL_SERVICE_NAME: variable(
        v.pipe(v.string(), v.nonEmpty('is empty')),
        service,
        'Name of this service in traces',
      ),
      OTEL_TRACES_SAMPLER: variable(
        choice(...SAMPLERS),
        'parentbased_always_on',
        'Which requests are traced; `parentbased_…` leaves it to who asks, where that is traced',
      ),
      OTEL_TRACES_SAMPLER_ARG: variable(
        ratio,
        '1',
        'For `…traceidratio`: the share of the requests that is traced, 0 to 1',
      ),
    }),
    v.transform((read): { tracing: Tracing | undefined } => ({
      tracing:
        read.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
          ? undefined
          : {
              service: read.OTEL_SERVICE_NAME,
              sampler: read.OTEL_TRACES_SAMPLER,
              ratio: read.OTEL_TRACES_SAMPLER_ARG,
            },
    })),
  )
