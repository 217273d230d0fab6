import type { Alert } from './alert.ts'

/** The container's default limit of memory in the charts is 256 MiB. */
const MEMORY_WARN_BYTES = 0.8 * 256 * 1024 * 1024

/** What may be wrong with any process that answers probes. `job` is the name of the service. */
export const processAlerts = (job: string): Alert[] => [
  {
    name: 'ServiceDown',
    severity: 'critical',
    expr: `absent(up{job="${job}"} == 1)`,
    lasting: '1m',
    summary: `No instance of ${job} can be reached`,
    description: `Prometheus reaches no ops port of ${job}. Its clients get errors; what was
      acknowledged is kept and goes on when an instance is back.`,
  },
  {
    name: 'ServiceNotReady',
    severity: 'critical',
    expr: `max by (namespace, job) (process_ready{job="${job}"}) == 0`,
    lasting: '2m',
    summary: `No instance of ${job} is ready`,
    description: `Instances of ${job} run, but none takes requests. HealthCheckDown and
      /ready name the check that is down and why.`,
  },
  {
    name: 'HealthCheckDown',
    severity: 'warning',
    expr: `min by (namespace, job, instance, check) (health_check_up{job="${job}"}) == 0`,
    lasting: '5m',
    summary: 'Check {{ $labels.check }} of {{ $labels.instance }} is down',
    description: `One instance of ${job} is not ready because of this check. GET /ready on
      its ops port has the reason in words.`,
  },
  {
    name: 'CrashLooping',
    severity: 'critical',
    expr: `max by (namespace, job, instance) (changes(process_start_time_seconds{job="${job}"}[15m])) > 2`,
    lasting: '0m',
    summary: '{{ $labels.instance }} was started more than twice in 15 minutes',
    description: `A process of ${job} ends again and again. Code 78 is a wrong configuration,
      70 a part that failed for good, 137 the memory limit.`,
  },
  {
    name: 'MemoryHigh',
    severity: 'warning',
    expr: `max by (namespace, job, instance) (process_resident_memory_bytes{job="${job}"}) > ${MEMORY_WARN_BYTES}`,
    lasting: '15m',
    summary: '{{ $labels.instance }} holds more than 80 % of 256 MiB',
    description: `Under full load 200 MiB of ${job} were not reached where it was measured. At the
      container's limit the kernel ends the process; nothing is lost by that, but a restart costs
      seconds.`,
  },
  {
    name: 'EventLoopBlocked',
    severity: 'warning',
    expr: `max by (namespace, job, instance) (nodejs_eventloop_lag_p99_seconds{job="${job}"}) > 0.5`,
    lasting: '10m',
    summary: 'The event loop of {{ $labels.instance }} is blocked for half a second at a time',
    description: `Everything in this process of ${job} waits meanwhile, heartbeats too: from 6 s on
      its partitions go to others. Usually the processor is short or throttled.`,
  },
]
