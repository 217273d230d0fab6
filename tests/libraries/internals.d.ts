// Parts of kafkajs 2.2.4 that only these tests touch; see shared/kafka/kafkajs-internals.d.ts.

declare module 'kafkajs/src/consumer/batch' {
  // Joins the class that is declared there.
  interface Batch {
    highWatermark: string
    isEmptyDueToFiltering: () => boolean
    lastOffset: () => string
  }
}

declare module 'kafkajs/src/protocol/decoder' {
  const Decoder: new (buffer: Buffer) => object
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default Decoder
}

declare module 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages' {
  const decodeMessages: (decoder: object) => Promise<{ offset: string }[]>
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default decodeMessages
}

declare module 'kafkajs/src/protocol/requests/produce/v3/request' {
  import type { Message } from 'kafkajs'

  type Partition = { partition: number; firstSequence: number; messages: Message[] }
  const request: (options: {
    acks: number
    timeout: number
    topicData: { topic: string; partitions: Partition[] }[]
  }) => { encode: () => Promise<{ buffer: Buffer }> }
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default request
}

declare module 'kafkajs/src/network/requestQueue' {
  type Request = {
    entry: {
      correlationId: number
      resolve: (response: unknown) => void
      reject: (error: Error) => void
    }
    expectResponse: boolean
    sendRequest: () => void
  }
  class RequestQueue {
    constructor(options: object)
    push(request: Request): void
    fulfillRequest(response: { correlationId: number; payload: Buffer; size: number }): void
    maybeThrottle(durationMs: number): void
    destroy(): void
  }
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default RequestQueue
}

declare module 'kafkajs/src/network/connection' {
  import type RequestQueue from 'kafkajs/src/network/requestQueue'

  class Connection {
    constructor(options: object)
    requestQueue: RequestQueue
    connect(): Promise<unknown>
    disconnect(): Promise<unknown>
    isConnected(): boolean
  }
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default Connection
}
