import { textOf } from '../../../../notification/domain/message.ts'
import type { Dump } from '../../dump/dump.ts'
import { asText } from '../bytes.ts'
import * as system from './example.ts'

/** A dump in which everything is right, and in which there is something of everything. */
export const goodDump = (): Dump => {
  const example = system.openExample()
  const people = peopleOf(example)
  const refused = beforeTheAccount(people)
  payIn(example, people)
  const orders = placeOrders(example, people)
  sendAgain(example)
  people.deposit('late', 7n, 'l1')
  system.plant(example, 'order', 1, 'no json')
  system.plant(example, 'bankTransaction', 0, '4711')
  // A key and a value of which a letter keeps the digests only.
  system.plant(example, 'order', 0, '4'.repeat(70_000), 'k'.repeat(2_000))
  system.ledger(example, 0, 1)
  system.settle(example)
  readEverything(people, { refused, ...orders })
  return system.dumpOf(example)
}

type People = ReturnType<typeof peopleOf>

/** What is asked for is done and answered, unless it says otherwise. */
const peopleOf = (example: system.Example) => {
  const { ok, failed, call } = example.clients
  return {
    ok,
    failed,
    call,
    create: (account: string): void => {
      system.open(example, account)
      ok('create', { account }, { account, currency: 'RUB' })
    },
    deposit: (account: string, amount: bigint, hash: string): void => {
      system.deposit(example, account, amount, hash)
      ok('deposit', { account, amount, hash }, { account, amount: String(amount), hash })
    },
    order: (account: string, amount: bigint, hash: string): number => {
      const orderId = system.order(example, account, amount, hash)
      ok('order', { account, amount, hash }, { orderId })
      return orderId
    },
    balance: (account: string, balance: string, last: readonly unknown[] = []): void => {
      const [lastAmount = null, lastHash = null, lastOrderId = null, state = null] = last
      const latest = { lastAmount, lastHash, lastOrderId, lastTransactionState: state }
      ok('balance', { account }, { account, balance, ...latest })
    },
    status: (orderId: number, account: string, amount: string, status: string, reason?: string) =>
      ok('status', { orderId }, { orderId, account, amount, status, ...(reason && { reason }) }),
  }
}

/** Nothing can be paid in, and an order is refused for ever. */
const beforeTheAccount = ({ failed, order, create }: People): number => {
  failed('deposit', { account: 'late', amount: 5n, hash: 'd0' }, 'account_not_found')
  const refused = order('late', 70n, 'o0')
  create('late')
  return refused
}

const payIn = (example: system.Example, people: People): void => {
  const { create, deposit, failed, call, balance } = people
  create('alice')
  create('bits-bob')
  failed('create', { account: 'alice' }, 'account_exists')
  balance('alice', '0')
  deposit('alice', 1_000n, 'd1')
  failed('deposit', { account: 'alice', amount: 1_000n, hash: 'd1' }, 'operation_repeated')
  failed('deposit', { account: 'alice', amount: 999n, hash: 'd1' }, 'hash_reused')
  // Two that nobody was answered: the first was done, the second not.
  system.deposit(example, 'alice', 50n, 'd2')
  call('deposit', { account: 'alice', amount: 50n, hash: 'd2' })
  call('deposit', { account: 'alice', amount: 60n, hash: 'd3' })
  deposit('bits-bob', 4n, 'b1')
  deposit('bits-bob', 16n, 'b2')
  system.ledger(example, 0, 0)
  // A batch that is aborted, and done again by the next owner.
  system.ledger(example, 1, 0, 'ABORT')
  system.ledger(example, 1, 1)
  balance('alice', '1050', ['50', 'd2', null, 'APPROVED'])
  balance('bits-bob', '20', ['16', 'b2', null, 'APPROVED'])
}

type Orders = { paid: number; unpaid: number; bits: number; last: number }

const placeOrders = (example: system.Example, people: People): Orders => {
  const { order, failed, call, status } = people
  const paid = order('alice', 1_050n, 'o1')
  failed('order', { account: 'alice', amount: 1_050n, hash: 'o1' }, 'order_exists', {
    orderId: paid,
  })
  const unpaid = order('alice', 1n, 'o2')
  failed('order', { account: 'alice', amount: 2n, hash: 'o2' }, 'hash_reused')
  const bits = order('bits-bob', 8n, 'bo1')
  const last = order('bits-bob', 64n, 'bo2')
  call('order', { account: 'bits-bob', amount: 32n, hash: 'bo3' })
  status(paid, 'alice', '1050', 'PENDING')
  failed('message', { orderId: paid }, 'notification_not_found')
  system.ledger(example, 0, 1)
  system.ledger(example, 1, 1)
  return { paid, unpaid, bits, last }
}

/** What relays and sweepers send again, to be decided by nobody. */
const sendAgain = ({ log }: system.Example): void => {
  for (const topic of ['order', 'bankTransaction', 'approvedOrderTransaction'] as const) {
    const [first] = log.topics[topic].committed.filter(({ partition }) => partition === 0)
    if (first) {
      log.send({ topic, partition: 0, key: asText(first.key), value: asText(first.value) })
    }
  }
}

const readEverything = (
  { status, ok, balance }: People,
  { refused, paid, unpaid, bits, last }: Orders & { refused: number },
): void => {
  status(paid, 'alice', '1050', 'COMPLETE')
  status(unpaid, 'alice', '1', 'FAILED', 'insufficient_funds')
  ok('message', { orderId: paid }, { text: textOf(paid, 'approved', 'ru') })
  ok('message', { orderId: refused }, { text: textOf(refused, 'rejected', 'en') })
  ok('message', { orderId: bits }, { text: textOf(bits, 'approved', 'ru') })
  balance('alice', '0', ['-1', 'o2', unpaid, 'REJECTED'])
  balance('bits-bob', '12', ['-64', 'bo2', last, 'REJECTED'])
}
