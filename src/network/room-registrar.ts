import type { Conduct } from './conduct.ts'
import type { AbortOptions, StreamHandler, StreamHandlerOptions, StreamHandlerRecord, StreamMiddleware, Topology } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'

/** A host's registrar as one room sees it: whatever peers open is counted. */
export class RoomRegistrar implements Registrar {
  readonly #registrar: Registrar
  readonly #conduct: Conduct

  constructor (registrar: Registrar, conduct: Conduct) {
    this.#registrar = registrar
    this.#conduct = conduct
  }

  async handle (protocol: string, handler: StreamHandler, options?: StreamHandlerOptions): Promise<void> {
    await this.#registrar.handle(protocol, async (stream, connection) => {
      this.#conduct.opened(connection.remotePeer.toString())
      await handler(stream, connection)
    }, options)
  }

  async unhandle (protocol: string, options?: AbortOptions): Promise<void> { await this.#registrar.unhandle(protocol, options) }
  async register (protocol: string, topology: Topology): Promise<string> { return this.#registrar.register(protocol, topology) }
  unregister (id: string): void { this.#registrar.unregister(id) }
  getProtocols (): string[] { return this.#registrar.getProtocols() }
  getHandler (protocol: string): StreamHandlerRecord { return this.#registrar.getHandler(protocol) }
  getTopologies (protocol: string): Topology[] { return this.#registrar.getTopologies(protocol) }
  use (protocol: string, middleware: StreamMiddleware[]): void { this.#registrar.use(protocol, middleware) }
  unuse (protocol: string): void { this.#registrar.unuse(protocol) }
  getMiddleware (protocol: string): StreamMiddleware[] { return this.#registrar.getMiddleware(protocol) }
}
