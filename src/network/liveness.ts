import { PING_PROTOCOL } from '@libp2p/ping'
import { byteStream } from '@libp2p/utils'
import type { ComponentLogger, Connection, Startable } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

const PING_BYTES = 32
/** How often it looks whether a connection is to be asked, and whether the machine slept, ms. */
export const LOOK_MS = 5_000
/** Looks between two questions to one neighbour. */
export const LOOKS_PER_QUESTION = 3
/** A look this late says that the process stood still. */
export const STOOD_STILL_MS = 10_000
/** A busy process answers late, and is none the worse for it. */
const PATIENT_MS = 20_000
/** Who has just woken asks whom the others gave up meanwhile. */
const WOKEN_MS = 10_000
/** Questions in a row without an answer before a connection counts as dead. */
export const MAX_UNANSWERED = 2

export interface LivenessInit {
  /** ms */
  now? (): number
  /** asks one neighbour; throws when no answer comes in time */
  ask? (connection: Connection, timeoutMs: number): Promise<void>
}

interface Components {
  connectionManager: Pick<ConnectionManager, 'getConnections'>
  logger: ComponentLogger
}

/**
 * Closes connections whose other end is gone without a word, so that they are made again. WebRTC in a
 * browser does not tell: while a page or its machine stood still the others gave it up, and it went on
 * speaking to nobody. Libp2p's own monitor is off (its short time closes the connections of busy processes).
 */
export class Liveness implements Startable {
  readonly #components: Components
  readonly #now: () => number
  readonly #ask: (connection: Connection, timeoutMs: number) => Promise<void>
  /** being asked; true: to be asked anew, since a question from before we stood still says nothing */
  readonly #asking = new Map<Connection, boolean>()
  readonly #unanswered = new WeakMap<Connection, number>()
  #timer?: ReturnType<typeof setInterval>
  #looked = 0
  #looks = 0

  constructor (components: Components, { now = Date.now, ask = ping }: LivenessInit = {}) {
    this.#components = components
    this.#now = now
    this.#ask = ask
  }

  readonly [Symbol.toStringTag] = '@undertone/liveness'

  start (): void {
    this.#looked = this.#now()
    this.#timer = setInterval(() => { this.look() }, LOOK_MS)
    ;(this.#timer as { unref?(): void }).unref?.()
  }

  stop (): void { clearInterval(this.#timer) }

  /** Asks whoever is due; everybody, if this process stood still. */
  look (): void {
    const late = this.#now() - this.#looked > STOOD_STILL_MS
    this.#looked = this.#now()
    this.#looks++
    if (late) {
      this.woken()
    } else if (this.#looks % LOOKS_PER_QUESTION === 0) {
      this.#askAll(PATIENT_MS, MAX_UNANSWERED)
    }
  }

  /** Something says that the others may have given us up: one question without an answer is enough. */
  woken (): void {
    for (const connection of this.#asking.keys()) {
      this.#asking.set(connection, true)
    }
    this.#askAll(WOKEN_MS, 1)
  }

  #askAll (timeoutMs: number, most: number): void {
    for (const connection of this.#components.connectionManager.getConnections()) {
      if (!this.#asking.has(connection)) {
        this.#question(connection, timeoutMs, most).catch(() => {})
      }
    }
  }

  async #question (connection: Connection, timeoutMs: number, most: number): Promise<void> {
    if (connection.status !== 'open') {
      return
    }
    this.#asking.set(connection, false)
    await this.#answered(connection, timeoutMs, most)
    const anew = this.#asking.get(connection) === true
    this.#asking.delete(connection)
    if (anew) {
      await this.#question(connection, WOKEN_MS, 1)
    }
  }

  async #answered (connection: Connection, timeoutMs: number, most: number): Promise<void> {
    try {
      await this.#ask(connection, timeoutMs)
      this.#unanswered.delete(connection)
    } catch (error) {
      const unanswered = (this.#unanswered.get(connection) ?? 0) + 1
      this.#unanswered.set(connection, unanswered)
      if (unanswered >= most && connection.status === 'open') {
        this.#components.logger.forComponent('undertone:liveness')('no answer from %p', connection.remotePeer)
        connection.abort(error as Error)
      }
    }
  }
}

/** Libp2p's ping over one connection; one that refuses the protocol has answered, too. */
async function ping (connection: Connection, timeoutMs: number): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs)
  let stream
  try {
    stream = await connection.newStream(PING_PROTOCOL, { signal, runOnLimitedConnection: true })
    const bytes = byteStream(stream)
    await Promise.all([
      bytes.write(globalThis.crypto.getRandomValues(new Uint8Array(PING_BYTES)), { signal }),
      bytes.read({ bytes: PING_BYTES, signal })
    ])
    await stream.close({ signal })
  } catch (error) {
    stream?.abort(error as Error)
    if (!['UnsupportedProtocolError', 'TooManyOutboundProtocolStreamsError'].includes((error as Error).name)) {
      throw error
    }
  }
}

export function liveness (init?: LivenessInit): (components: Components) => Liveness {
  return components => new Liveness(components, init)
}
