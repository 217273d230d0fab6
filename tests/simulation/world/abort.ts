type Listener = (event: { type: 'abort' }) => void

/**
 * As the global of this name, as far as the services use it. The machine's own are kept for as
 * long as somebody listens to them, and in a simulation somebody always does: with each seed a
 * whole world would stay behind.
 */
export class VirtualAbortSignal {
  aborted = false
  private readonly listeners = new Set<Listener>()

  static any(signals: readonly VirtualAbortSignal[]): VirtualAbortSignal {
    const any = new VirtualAbortSignal()
    for (const signal of signals) {
      if (signal.aborted) any.abort()
      else signal.addEventListener('abort', () => any.abort())
    }
    return any
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    this.listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.listeners.delete(listener)
  }

  abort(): void {
    if (this.aborted) return
    this.aborted = true
    for (const listener of this.listeners) listener({ type: 'abort' })
    this.listeners.clear()
  }
}

export class VirtualAbortController {
  readonly signal = new VirtualAbortSignal()

  abort(): void {
    this.signal.abort()
  }
}
