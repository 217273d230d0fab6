import type { Random } from '../plan/random.ts'
import { type BitsAccount, bitsAccount, sharedAccount } from './account.ts'
import type { Client } from './client.ts'

type Habit = readonly [weight: number, act: () => Promise<unknown>]

/**
 * What one client does, one thing after the other, until the load is over: it pays in and orders,
 * on accounts that it shares with everybody and on its own, exactly at the boundary, and in powers
 * of two; it asks for what it may not have, asks again, and looks.
 */
export const liveOn = async (
  client: Client,
  random: Random,
  isOver: () => boolean,
): Promise<void> => {
  const habits = habitsOf(client, random)
  const total = habits.reduce((sum, [weight]) => sum + weight, 0)
  while (!isOver()) {
    let left = random.int(1, total)
    for (const [weight, act] of habits) {
      left -= weight
      if (left > 0) continue
      await act()
      break
    }
  }
}

const habitsOf = (client: Client, random: Random): readonly Habit[] => {
  const { send, insist, open, recall, orderId } = client
  let own: string | undefined
  let bits: BitsAccount | undefined

  const ownAccount = async (): Promise<string> => {
    if (own === undefined || random.chance(0.05)) own = await open('cold')
    return own
  }
  const small = (): bigint => BigInt(random.int(1, 500))
  const deposit = (account: string) => insist({ type: 'deposit', account, amount: small() })
  /** On average larger than a deposit, so that about half of them must be rejected. */
  const order = (account: string) => insist({ type: 'order', account, amount: small() + 60n })

  const orderAtTheBoundary = async (account: string): Promise<void> => {
    const read = await send('balance', { account })
    const balance = read?.answer?.['balance']
    if (read?.phase !== 'ok' || typeof balance !== 'string') return
    const amount = BigInt(balance) + BigInt(random.int(-1, 1))
    if (amount > 0n) await insist({ type: 'order', account, amount }, { intent: 'boundary' })
  }

  const movePowerOfTwo = async (): Promise<void> => {
    const [amount, other] = [bits?.amount(), bits?.amount()]
    if (bits === undefined || amount === undefined || other === undefined) {
      bits = bitsAccount(await open('bits'), random)
      return
    }
    // The other one stands for a hash that is used again, which may win if the first was lost.
    const type = random.chance(0.55) ? 'deposit' : 'order'
    await insist({ type, account: bits.account, amount }, { other })
  }

  const look = async (type: 'status' | 'message') => {
    const known = orderId()
    return known === undefined ? undefined : send(type, { orderId: known })
  }

  return [
    [18, () => deposit(sharedAccount(random))],
    [22, () => order(sharedAccount(random))],
    [9, async () => deposit(await ownAccount())],
    [6, async () => order(await ownAccount())],
    [9, async () => orderAtTheBoundary(await ownAccount())],
    [12, movePowerOfTwo],
    [3, () => order(`nobody-${random.int(1, 1_000)}`)],
    [4, recall],
    [6, () => send('balance', { account: sharedAccount(random) })],
    [7, () => look('status')],
    [4, () => look('message')],
  ]
}
