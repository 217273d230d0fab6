import { type Bug, bothSee, simulationSees } from './bug.ts'

const OWNER = 'shared/exactly-once/partition-owner.ts'
const PRODUCER = 'shared/exactly-once/transactional-producer.ts'
const TRANSACTIONS = 'shared/kafka/transactions.ts'
const FOLD = 'shared/exactly-once/topology.ts'
const ACCOUNT = 'billing/domain/account.ts'

const FENCE =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
  '  const producer = await fence(kafka, `${groupId}-${topology.input}-${partition}`)\n'
const OFFSETS =
  '    const position = await startOf(reader, admin, groupId, topology.input, partition)\n'
const RESTORED = '    await projection.reached(await table.end(), STALLED_MS, signal)\n'
const COMMIT =
  '        await producer.commit({ groupId, input: { topic, partition, next }, outgoing })\n'

/** In the loop that decides: who may write, from where, upon what state, in which transaction. */
export const LEDGER_BUGS: readonly Bug[] = [
  {
    name: 'late-fence',
    what: 'the transactional id is claimed with the first transaction, not at the takeover',
    seenBy: bothSee,
    edits: [
      {
        file: PRODUCER,
        find: '    const claimed = transactions.claim()\n',
        replace: '    const claimed = Promise.resolve()\n',
      },
      {
        file: PRODUCER,
        find: 'withDeadline(transactions.commit(commit), ',
        replace:
          'withDeadline((first ??= transactions.claim()).then(() => transactions.commit(commit)), ',
      },
      {
        file: PRODUCER,
        find: '  const discard = ',
        replace: '  let first: Promise<void> | undefined\n  const discard = ',
      },
    ],
  },
  {
    name: 'offset-before-fence',
    what: 'the committed offset is read before the predecessor is fenced',
    // Between two requests that follow one another at once: too short for a fault from outside.
    seenBy: simulationSees,
    edits: [
      {
        file: OWNER,
        find: FENCE,
        replace: `
  const early = await kafka.openReader(topology.input, partition)
  const position = await startOf(early, admin, groupId, topology.input, partition)
  await early.close()
${FENCE}`,
      },
      { file: OWNER, find: OFFSETS, replace: '' },
    ],
  },
  {
    name: 'restore-before-fence',
    what: 'offset and state are read before the predecessor is fenced, and kept',
    // Between two requests that follow one another at once: too short for a fault from outside.
    seenBy: simulationSees,
    edits: [
      {
        file: OWNER,
        find: FENCE,
        replace: `
  const early = await kafka.openReader(topology.input, partition)
  const position = await startOf(early, admin, groupId, topology.input, partition)
  const known = await load(keysOf((await early.read(position, READ_WAIT_MS)).records))
  await early.close()
${FENCE}`,
      },
      { file: OWNER, find: OFFSETS, replace: '' },
      { file: OWNER, find: '    overlay.clear()\n', replace: '    overlay.keep(known)\n' },
      {
        file: OWNER,
        find: 'projection, overlay, precedence, log } =',
        replace: 'projection, overlay, precedence, log, load } =',
      },
    ],
  },
  {
    name: 'random-transactional-id',
    what: 'each start claims a transactional id of its own, so that nobody is ever fenced',
    seenBy: bothSee,
    edits: [
      {
        file: OWNER,
        find: FENCE,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
        replace: FENCE.replace(/partition\}`/, 'partition}-${performance.now()}`'),
      },
    ],
  },
  {
    name: 'producer-reused',
    what: 'after an error the producer is used again instead of fencing anew',
    seenBy: bothSee,
    edits: [
      {
        file: OWNER,
        find: FENCE,
        replace: FENCE.replace('await fence', 'kept.get(overlay) ?? await fence').concat(
          '  kept.set(overlay, producer)\n',
        ),
      },
      { file: OWNER, find: '    producer.discard()\n', replace: '' },
      {
        file: OWNER,
        find: 'const STALLED_MS = 30_000\n',
        replace: 'const STALLED_MS = 30_000\nconst kept = new WeakMap<object, FencedProducer>()\n',
      },
      { file: TRANSACTIONS, find: '    isUsable = false\n', replace: '' },
    ],
  },
  {
    name: 'lost-reply-taken-for-commit',
    what: 'a transaction whose end is unknown is taken for committed',
    seenBy: bothSee,
    edits: [
      {
        file: OWNER,
        find: COMMIT,
        replace: COMMIT.replace('outgoing })', 'outgoing }).catch(() => {})'),
      },
    ],
  },
  {
    name: 'kept-before-commit',
    what: 'states are built upon before they are committed, and outlive the failure',
    seenBy: bothSee,
    edits: [
      { file: OWNER, find: COMMIT, replace: `        overlay.keep(folded.states)\n${COMMIT}` },
      { file: OWNER, find: '    overlay.clear()\n', replace: '' },
    ],
  },
  {
    name: 'decided-before-restored',
    what: 'decisions are taken before what others committed is stored',
    seenBy: bothSee,
    edits: [{ file: OWNER, find: RESTORED, replace: '' }],
  },
  {
    name: 'state-from-the-cache',
    what: 'decisions rest on the stored balances alone, which lag behind what was committed',
    seenBy: bothSee,
    edits: [
      {
        file: OWNER,
        find: '  const kept = overlay.of(keys)\n',
        replace: '  const kept = new Map<string, State>()\n',
      },
    ],
  },
  {
    name: 'offset-outside-the-transaction',
    what: 'the input offset is committed in a second transaction, after the outputs',
    seenBy: bothSee,
    edits: [
      {
        file: TRANSACTIONS,
        find: '    const byTopic = [...Map.groupBy(outgoing, ({ topic }) => topic)]\n',
        replace: `    let byTopic = [...Map.groupBy(outgoing, ({ topic }) => topic)]
    if (byTopic.length > 0) {
      await cluster.addMultipleTargetTopics(byTopic.map(([topic]) => topic))
      await addPartitions(producer, byTopic, partition)
      await writeRecords(producer, byTopic, partition)
      await end(producer)
      byTopic = []
    }
`,
      },
    ],
  },
  {
    name: 'outcomes-coalesced',
    what: 'of several decisions of one account in a batch only the last is published',
    seenBy: bothSee,
    edits: [
      {
        file: FOLD,
        find: '    events.push(...step.events)\n',
        replace: '    latest.set(step.key, step.events)\n',
      },
      {
        file: FOLD,
        find: '  const events: Outgoing[] = []\n',
        replace: '  const latest = new Map<string, readonly Outgoing[]>()\n',
      },
      { file: FOLD, find: '...events, ', replace: '...[...latest.values()].flat(), ' },
    ],
  },
  {
    name: 'first-row-kept',
    what: 'of several rows of one account in a batch the first is written, not the last',
    seenBy: bothSee,
    edits: [
      {
        file: FOLD,
        find: '    rows.set(step.key, step.row)',
        replace: '    if (!rows.has(step.key)) rows.set(step.key, step.row)',
      },
    ],
  },
  {
    name: 'repeat-decided-again',
    what: '`<` for `≤`: the latest transaction is decided again when it is repeated',
    seenBy: bothSee,
    edits: [
      {
        file: ACCOUNT,
        find: 'if (sequence <= state.sequence) return',
        replace: 'if (sequence < state.sequence) return',
      },
      {
        file: ACCOUNT,
        find: "  assert(sequence === state.sequence + 1, 'an event was applied out of sequence')\n",
        replace: '',
      },
    ],
  },
  {
    name: 'exact-balance-rejected',
    what: '`<` for `≤`: an order of exactly the balance is rejected',
    seenBy: bothSee,
    edits: [{ file: ACCOUNT, find: 'amount <= state.balance', replace: 'amount < state.balance' }],
  },
]
