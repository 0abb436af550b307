import type { Connection, Stream } from '@libp2p/interface'

export interface Opened {
  raw: Stream
  connection: Connection
}

export interface OpeningInit {
  /** the best open connection to a peer */
  best (peer: string): Connection | undefined
  open (connection: Connection, signal: AbortSignal): Promise<Stream>
}

/** Thrown when a stream is not wanted any more, or there is no connection for it. */
export class NotOpenedError extends Error {
  static name = 'NotOpenedError'
  name = 'NotOpenedError'
}

/**
 * Opens streams to several peers side by side, one to each, and over the better connection when that comes
 * meanwhile: a relay that dies does not answer, and whoever waits for it keeps nobody else waiting.
 */
export class Opening {
  readonly #init: OpeningInit
  readonly #under = new Map<string, { connection: Connection, controller: AbortController }>()

  constructor (init: OpeningInit) {
    this.#init = init
  }

  /** Whether a stream to this peer is being opened. */
  has (peer: string): boolean { return this.#under.has(peer) }

  /** Throws what opening threw, or {@link NotOpenedError}. */
  async open (peer: string): Promise<Opened> {
    for (;;) {
      const connection = this.#init.best(peer)
      if (connection == null) {
        throw new NotOpenedError('The peer is not connected.')
      }
      const controller = new AbortController()
      this.#under.set(peer, { connection, controller })
      try {
        const raw = await this.#init.open(connection, controller.signal)
        if (controller.signal.aborted) {
          raw.abort(controller.signal.reason)
          throw controller.signal.reason
        }
        return { raw, connection }
      } catch (error) {
        if (controller.signal.reason !== BETTER) {
          throw error
        }
      } finally {
        this.#under.delete(peer)
      }
    }
  }

  /** A connection has come: what is being opened over a relayed one to the same peer is opened over this one instead. */
  better (connection: Connection): void {
    const under = this.#under.get(connection.remotePeer.toString())
    if (under?.connection.limits != null && connection.limits == null) {
      under.controller.abort(BETTER)
    }
  }

  cancel (peer: string): void {
    this.#under.get(peer)?.controller.abort(new NotOpenedError('The stream is not wanted any more.'))
  }

  clear (): void { [...this.#under.keys()].forEach(peer => { this.cancel(peer) }) }
}

const BETTER = new NotOpenedError('A better connection has come.')
