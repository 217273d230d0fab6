import { learnKafka } from '../../../deploy/local/learn-kafka.ts'
import { check } from '../check/check.ts'
import type { Violation } from '../check/invariant.ts'
import { startCluster } from '../cluster/cluster.ts'
import type { Cluster } from '../cluster/types.ts'
import { collectDump } from '../dump/collect.ts'
import type { Dump } from '../dump/dump.ts'
import { readDump } from '../dump/read-dump.ts'
import { type History, openHistory } from '../history/history.ts'
import { openEdge } from '../load/edge.ts'
import { startLoad } from '../load/load.ts'
import { carryOut, type Deed, healAll } from '../nemesis/nemesis.ts'
import { measureRecoveries, type Recovery } from '../nemesis/recoveries.ts'
import type { Plan } from '../plan/plan.ts'
import { randomOf } from '../plan/random.ts'
import { watchCounter } from '../report/dropped.ts'
import { type Report, reportOf } from '../report/report.ts'
import { readLogs, sightingsOf } from '../report/sightings.ts'
import { readEverything } from './final-reads.ts'
import { commitOf, openRecord, type RunRecord } from './record.ts'
import { settle } from './settle.ts'
import { type Stopwatch, stopwatch } from './stopwatch.ts'

export type RunOptions = {
  seed: number
  plan: Plan
  /** Where the dump goes; it must not hold another one. */
  folder: string
  /** Where the services' code is, instead of in this project. */
  sources?: string
  load?: { clients?: number; perSecond?: number }
  /** How long the system may take to settle when all is healed. */
  settleMs?: number
  /** Told what goes on. */
  say?: (sentence: string) => void
  /** Ends the faults early; what they left behind is judged all the same. */
  signal?: AbortSignal
}

const PARTITIONS = 4
/** What is not done after so long is sent again; soon, so that a short run sees it. */
const SWEEP_AFTER_MS = 3_000
const SETTLE_MS = 90_000

/**
 * One run: a system of its own, a load, everything in the plan, and then the evidence. The dump
 * stays in the folder, and `tests/faults/check/check.ts` judges it again whenever somebody likes.
 * Throws when the system does not start, or nothing can be read of it afterwards.
 */
export const runFaults = async (options: RunOptions): Promise<Report> => {
  const { folder, seed, plan, sources, say = () => {} } = options
  const record = openRecord(folder)
  const took = stopwatch(say)
  await writeRun(record, options)
  // The broker is killed and started again all the time.
  await took('learn Kafka', () => learnKafka())
  const cluster = await took('start', () =>
    startCluster({
      folder,
      seed,
      partitions: PARTITIONS,
      serviceEnvironment: { SWEEP_AFTER_MS: String(SWEEP_AFTER_MS) },
      report: (part, text) => record.append('faults.jsonl', { kind: 'ended', part, text }),
      ...(sources !== undefined && { sources }),
    }),
  )
  const history = openHistory(record.file('history.jsonl'), record.now)
  try {
    const faced = await took('load', () => faceEverything(options, cluster, history, record))
    const { dump, violations } = await gather(options, cluster, history, took)
    const report = reportOf({
      seed,
      commit: await commitOf(),
      seconds: took.seconds,
      loadSeconds: took.seconds['load'] ?? 0,
      plan,
      ...faced,
      counts: history.counts(),
      sightings: sightingsOf({
        logs: readLogs(cluster.instances.map(({ logFile }) => logFile)),
        droppedDuplicates: faced.repeated,
        counts: history.counts(),
        losses: cluster.kafkaProxy.losses(),
        dump,
      }),
      violations,
    })
    await record.write('report.json', report)
    return report
  } finally {
    history.close()
    await took('end', () => cluster.dispose())
  }
}

/** Before anything happens, so that whatever happens can be repeated. */
const writeRun = async (
  record: RunRecord,
  { seed, plan, load, sources }: RunOptions,
): Promise<void> =>
  record.write('run.json', {
    seed,
    commit: await commitOf(),
    startedAt: new Date().toISOString(),
    bun: Bun.version,
    partitions: PARTITIONS,
    options: { ...load, sweepAfterMs: SWEEP_AFTER_MS, isOtherSources: sources !== undefined },
    plan,
  })

type Faced = { deeds: Deed[]; recoveries: readonly Recovery[]; repeated: number }

const NEVER = new AbortController().signal

/** The load, and all the faults of the plan while it goes on. */
const faceEverything = async (
  { seed, plan, load, signal = NEVER }: RunOptions,
  cluster: Cluster,
  history: History,
  { append }: RunRecord,
): Promise<Faced> => {
  const recoveries = measureRecoveries(cluster.decisions, PARTITIONS, (recovery) =>
    append('recoveries.jsonl', recovery),
  )
  const owners = cluster.instances.filter(({ service }) => service === 'billing')
  const repeated = watchCounter(
    owners.map(({ opsUrl }) => opsUrl),
    'partition_inputs_total{result="repeated"}',
  )
  const running = await startLoad({
    random: randomOf(seed, 'load'),
    endpoints: cluster.instances,
    history,
    ...load,
  })
  const note = (line: object) => append('faults.jsonl', line)
  const deeds = await carryOut(plan, { cluster, recoveries, note, signal })
  await healAll(cluster)
  const recovered = await recoveries.all()
  await running.stop()
  return { deeds, recoveries: recovered, repeated: await repeated.stop() }
}

/** Waits until all is done, reads everything once more, and has it judged. */
const gather = async (
  { folder, settleMs = SETTLE_MS }: RunOptions,
  cluster: Cluster,
  history: History,
  took: Stopwatch,
): Promise<{ dump: Dump; violations: Violation[] }> => {
  const { broker, postgres, instances } = cluster
  const open = await took('settle', () => settle(cluster, settleMs))
  const edge = openEdge(instances, history)
  await took('final reads', () => readEverything(edge, postgres.directUrls))
  await took('dump', () =>
    collectDump(folder, {
      brokers: [broker.address],
      kafkaDataFolder: broker.dataFolder,
      databases: postgres.directUrls,
      partitions: PARTITIONS,
    }),
  )
  const dump = await took('read', () => readDump(folder))
  const found = await took('check', async () => check(dump))
  return { dump, violations: [...open.map(unsettled), ...found] }
}

/** That everything comes to an end is a promise too. */
const unsettled = (detail: string): Violation => ({ invariant: 'everything-settles', detail })
