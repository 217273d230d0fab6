import { openConditions } from './conditions.ts'
import { answeredId, frameSize, isRefusal, readRequest } from './kafka-frames.ts'
import { type Losses, type Order, openLosses } from './losses.ts'
import { splitter } from './messages.ts'
import { withNetwork } from './network.ts'
import { type Inspectors, type Link, startTcpProxy } from './tcp-proxy.ts'
import type { KafkaCall, KafkaProxy } from './types.ts'

export type ProxyOptions = {
  /** A free one when left out. */
  port?: number
  /** Of the server, on 127.0.0.1. */
  upstreamPort: number
  /** Decides the jitter: from 0 to below 1. */
  random?: () => number
}

/**
 * Stands before a broker and can lose single calls. The broker must name this port as its address,
 * or its clients go past it after their first question.
 */
export const startKafkaProxy = async (options: ProxyOptions): Promise<KafkaProxy> => {
  const { port, upstreamPort, random = Math.random } = options
  const conditions = openConditions(random)
  const losses = openLosses<KafkaCall>((call, name) => call.api === name)
  const tcp = await startTcpProxy({
    port,
    upstreamPort,
    conditions,
    inspect: (link) => inspectKafka(losses, link),
  })
  return withNetwork(tcp, conditions, losses)
}

type Pending = { order: Order<KafkaCall>; call: KafkaCall; isLate: boolean }

const inspectKafka = (losses: Losses<KafkaCall>, link: Link): Inspectors => {
  const requests = splitter(frameSize, (frame) => ({ frame, ...readRequest(frame) }))
  const answers = splitter(frameSize, (frame) => ({ frame, id: answeredId(frame) }))
  const pending = new Map<number, Pending>()
  return {
    fromClient(bytes) {
      const passed: Buffer[] = []
      for (const { frame, correlationId, call } of requests(bytes)) {
        const order = call && losses.take(call)
        if (call === undefined || order === undefined) {
          passed.push(frame)
        } else if (order.way === 'request') {
          losses.record(order, call, 'unseen')
          return { bytes: passed, cut: true }
        } else {
          const isLate = order.way === 'late'
          pending.set(correlationId, { order, call, isLate })
          if (isLate) {
            link.deliverLate(frame, order.lateMs)
            return { bytes: passed }
          }
          passed.push(frame)
        }
      }
      return { bytes: passed }
    },
    fromServer(bytes) {
      const passed: Buffer[] = []
      for (const { frame, id } of answers(bytes)) {
        const lost = pending.get(id)
        if (lost !== undefined) {
          pending.delete(id)
          losses.record(lost.order, lost.call, isRefusal(lost.call, frame) ? 'refused' : 'done')
          return { bytes: passed, cut: true }
        }
        passed.push(frame)
      }
      return { bytes: passed }
    },
    ended() {
      for (const { order, call, isLate } of pending.values()) {
        // The client was cut off already, so that happened; what the broker did nobody knows.
        if (isLate) losses.record(order, call, 'unknown')
        else losses.giveBack(order)
      }
      pending.clear()
    },
  }
}
