import type { Backend } from './backend.ts'
import type { UndertoneEvent } from '../engine/api.ts'

/** A page's node while its code is still on the way: what is asked of it is done as soon as it is there. */
export class ComingBackend implements Backend {
  readonly where = 'page'
  readonly #coming: Promise<Backend>

  constructor (coming: Promise<Backend>) {
    this.#coming = coming
  }

  async call (method: string, params?: object): Promise<any> { return (await this.#coming).call(method, params) }
  onEvent (listener: (event: UndertoneEvent) => void): () => void { return this.#later(backend => backend.onEvent(listener)) }
  onConnection (listener: (connected: boolean) => void): () => void { return this.#later(backend => backend.onConnection(listener)) }
  async close (): Promise<void> { await (await this.#coming).close() }

  #later (listen: (backend: Backend) => () => void): () => void {
    const given = new AbortController()
    this.#coming.then(backend => {
      if (!given.signal.aborted) {
        given.signal.addEventListener('abort', listen(backend))
      }
    }, () => {})
    return () => { given.abort() }
  }
}
