// What kafkajs 2.2.4 has inside and does not export: the simulation runs its clients as they are,
// on a cluster of its own. Pinned and patched, so it cannot move under us.

declare module 'kafkajs/src/producer' {
  import type { Producer } from 'kafkajs'

  const createProducer: (options: object) => Producer
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default createProducer
}

declare module 'kafkajs/src/consumer' {
  import type { Consumer } from 'kafkajs'

  const createConsumer: (options: object) => Consumer
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default createConsumer
}

declare module 'kafkajs/src/admin' {
  import type { Admin } from 'kafkajs'

  const createAdmin: (options: object) => Admin
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default createAdmin
}

declare module 'kafkajs/src/retry' {
  type Retrier = <T>(work: (bail: (error: Error) => void) => Promise<T>) => Promise<T>
  const createRetry: (options: object) => Retrier
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default createRetry
}

declare module 'kafkajs/src/instrumentation/emitter' {
  const InstrumentationEventEmitter: new () => object
  // oxlint-disable-next-line import/no-default-export -- it describes a CommonJS module
  export default InstrumentationEventEmitter
}

declare module 'kafkajs/src/protocol/error' {
  export const errorCodes: { type: string; code: number; retriable: boolean; message: string }[]
}

declare module 'kafkajs/src/errors' {
  export class KafkaJSProtocolError extends Error {
    constructor(
      error: { type: string; code: number; message: string; retriable: boolean },
      options?: { retriable?: boolean },
    )
    type: string
  }
  export class KafkaJSOffsetOutOfRange extends KafkaJSProtocolError {
    constructor(error: Error, options: { topic: string; partition: number })
  }
  export class KafkaJSConnectionError extends Error {
    constructor(message: string, options: { broker: string; code?: string })
  }
  export class KafkaJSConnectionClosedError extends Error {
    constructor(message: string, options: { host: string; port: number })
  }
  export class KafkaJSRequestTimeoutError extends Error {
    constructor(message: string, options: { broker: string })
  }
}
