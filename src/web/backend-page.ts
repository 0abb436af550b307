import { createUndertone } from '../engine/undertone.ts'
import { createMethods } from '../rpc/methods.ts'
import { Listeners } from './backend.ts'
import type { Backend } from './backend.ts'
import type { Undertone, UndertoneEvent, UndertoneInit } from '../engine/api.ts'
import type { Methods } from '../rpc/method.ts'

/** The whole node, in this page. */
export class PageBackend implements Backend {
  readonly where = 'page'
  readonly #engine: Undertone
  readonly #methods: Methods
  readonly #events = new Listeners<UndertoneEvent>()

  constructor (engine: Undertone) {
    this.#engine = engine
    this.#methods = createMethods({ engine })
    engine.addEventListener('event', event => { this.#events.tell(event.detail) })
  }

  async call (method: string, params: object = {}): Promise<any> {
    const found = this.#methods.get(method)
    if (found == null) {
      throw new Error(`There is no method ${method}.`)
    }
    return found.call(params, { signal: new AbortController().signal })
  }

  onEvent (listener: (event: UndertoneEvent) => void): () => void { return this.#events.add(listener) }
  onConnection (): () => void { return () => {} }
  async close (): Promise<void> { await this.#engine.stop() }
}

export interface PageInit extends Pick<UndertoneInit, 'log' | 'data' | 'passphrase'> {
  /** relays and DHT servers that this page starts from; without one it knows only what invites say */
  helpers: string[]
}

/** Starts the node. A page asks nobody it was not told of: the IPFS bootstrap peers are found by DNS over third parties. */
export async function openPage ({ helpers, ...init }: PageInit): Promise<PageBackend> {
  return new PageBackend(await createUndertone({ ...init, profile: 'public', dht: 'own', bootstrap: helpers }))
}
