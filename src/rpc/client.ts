import { ConnectionClosedError, RemoteError } from './errors.ts'
import { PendingCalls } from './pending-calls.ts'
import type { UndertoneEvent } from '../engine/api.ts'
import type { AbortOptions } from '@libp2p/interface'

export interface RpcClientInit {
  send (text: string): void
  onEvent (event: UndertoneEvent): void
}

/** Calls by name over anything that carries text; the other end of {@link Dispatcher}. */
export class RpcClient {
  readonly #init: RpcClientInit
  readonly #calls = new PendingCalls()
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
    return this.#calls.begin(id => { this.#init.send(JSON.stringify({ jsonrpc: '2.0', id, method, params })) }, { signal })
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
    const call = this.#calls.take(message?.id)
    if (call == null) {
      return
    }
    if (message.error == null) {
      call.resolve(message.result)
    } else {
      call.reject(new RemoteError(message.error.code, message.error.message, message.error.data?.name ?? 'RemoteError'))
    }
  }

  /** Nothing comes any more: whoever waits is told. */
  close (): void {
    this.#closed = true
    this.#calls.end(() => new ConnectionClosedError('The node went away before it answered. Try again when it is back.'))
  }
}
