import type { UndertoneEvent } from '../engine/api.ts'

/** The engine as the page sees it: the contract's method table, wherever it runs. */
export interface Backend {
  /** 'desktop': a node on this machine; 'page': this page itself */
  readonly where: 'desktop' | 'page'
  call (method: string, params?: object): Promise<any>
  onEvent (listener: (event: UndertoneEvent) => void): () => void
  /** told when the node went away (false) or came back (true) */
  onConnection (listener: (connected: boolean) => void): () => void
  close (): Promise<void>
}

/** A set of listeners with an off switch each. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>()

  add (listener: (value: T) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  tell (value: T): void { this.#listeners.forEach(listener => { listener(value) }) }
}
