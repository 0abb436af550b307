import { ConnectionClosedError, RemoteError } from './errors.ts'
import type { UndertoneEvent } from '../engine/api.ts'
import type { AbortOptions } from '@libp2p/interface'

export interface RpcClientInit {
  send (text: string): void
  onEvent (event: UndertoneEvent): void
}

/** Calls by name over anything that carries text; the other end of {@link Dispatcher}. */
export class RpcClient {
  readonly #init: RpcClientInit
  readonly #calls = new Map<number, { resolve (value: any): void, reject (error: Error): void }>()
  #next = 1
  #closed = false

  constructor (init: RpcClientInit) {
    this.#init = init
  }

  /**
   * @throws {RemoteError} with the stable name of what the engine threw
   * @throws {ConnectionClosedError}
   */
  async call (method: string, params: object = {}, { signal }: AbortOptions = {}): Promise<any> {
    signal?.throwIfAborted()
    if (this.#closed) {
      throw new ConnectionClosedError('The connection to the node is closed. Reload, or start the node again.')
    }
    const id = this.#next++
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#calls.delete(id)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const done = (): void => { signal?.removeEventListener('abort', onAbort) }
      this.#calls.set(id, {
        resolve: value => { done(); resolve(value) },
        reject: error => { done(); reject(error) }
      })
      this.#init.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    })
  }

  /** Text from the other end; what is neither reply nor event is left out. */
  receive (text: string): void {
    let message: any
    try {
      message = JSON.parse(text)
    } catch {
      return
    }
    if (message?.method === 'event') {
      this.#init.onEvent(message.params)
      return
    }
    const call = this.#calls.get(message?.id)
    if (call == null) {
      return
    }
    this.#calls.delete(message.id)
    if (message.error == null) {
      call.resolve(message.result)
    } else {
      call.reject(new RemoteError(message.error.code, message.error.message, message.error.data?.name ?? 'RemoteError'))
    }
  }

  /** Nothing comes any more: whoever waits is told. */
  close (): void {
    this.#closed = true
    for (const { reject } of this.#calls.values()) {
      reject(new ConnectionClosedError('The node went away before it answered. Try again when it is back.'))
    }
    this.#calls.clear()
  }
}
