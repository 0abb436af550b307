import { LazyCredit } from './gated-credit.ts'
import { delay } from './gated-pace.ts'
import { bestConnection, memberOnly, openStream } from './gated-registrar.ts'
import { HASH_PREFIX_BYTES, keyOf } from './gossip-id.ts'
import { TokenBucket } from './limits.ts'
import type { GatedComponents } from './gated-registrar.ts'
import type { EnvelopeKey } from './gossip-id.ts'
import type { Membership } from './membership.ts'
import type { Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

export const HEARD_PROTOCOL = '/undertone/heard/1.0.0'

/** Acknowledgements wait this long for company: nobody waits for one, except when a window is full, */
export const HEARD_BATCH_MS = 200
/** longer where there is a stem: who brought it is mostly not the author, who hears of it by gossip before long, */
export const HEARD_PATIENT_MS = 1_000

/** and so many, or for so many bytes, go at once: a publisher's window must not wait for a timer. */
const HEARD_BATCH = 32
const HEARD_BYTES = 128 * 1024

/** Acknowledgements are looked at again at this interval and held while more bytes than this wait for one of our own neighbours, */
const HOLD_MS = 50
const BACKLOG_BYTES = 256 * 1024

/** but not longer than this: one slow neighbour must not stop the room. */
const MAX_HOLD_MS = 2_000

export interface HeardInit {
  protocol?: string
  membership: Membership
  batchMs?: number
  /** acknowledgements that may wait for one peer (default 4,096) */
  maxPending?: number
  /** bytes that wait for our slowest neighbour */
  backlog(): number
  /** a neighbour has the envelope whose hash begins so */
  onHeard(prefix: EnvelopeKey): void
  onOffender(peer: string, reason: string): void
}

interface Pending {
  prefixes: Uint8Array[]
  /** of the envelopes they name */
  bytes: number
  stream?: Stream
  opening: boolean
}

/**
 * Tells a neighbour that we have accepted the envelopes it was first to bring us: 16-byte prefixes of
 * their SHA-256, one after the other on a long-lived stream, without any framing. The
 * acknowledgement is late when we are, so a sender slows down with the slowest part of the mesh.
 */
export class HeardProtocol {
  readonly #components: GatedComponents
  readonly #init: HeardInit
  readonly #protocol: string
  readonly #pending = new Map<string, Pending>()
  #timer?: ReturnType<typeof setTimeout>
  #due = Infinity
  #held = 0

  constructor (components: GatedComponents, init: HeardInit) {
    this.#components = components
    this.#init = init
    this.#protocol = init.protocol ?? HEARD_PROTOCOL
  }

  async start (): Promise<void> {
    this.#init.membership.addEventListener('leave', this.#onLeave)
    await this.#components.registrar.handle(this.#protocol, memberOnly(this.#init.membership, (stream, connection) => {
      this.#listen(stream, connection.remotePeer.toString())
    }), { maxInboundStreams: 2, maxOutboundStreams: 2, runOnLimitedConnection: true })
  }

  async stop (): Promise<void> {
    this.#init.membership.removeEventListener('leave', this.#onLeave)
    clearTimeout(this.#timer)
    this.#due = Infinity
    this.#held = 0
    this.#pending.forEach(pending => { pending.stream?.close().catch(() => {}) })
    this.#pending.clear()
    await this.#components.registrar.unhandle(this.#protocol)
  }

  /** `patient`: the peer has probably passed it on for somebody else. */
  acknowledge (peer: string, id: Uint8Array, envelopeBytes: number, patient = false): void {
    let pending = this.#pending.get(peer)

    if (pending == null) {
      pending = { prefixes: [], bytes: 0, opening: false }
      this.#pending.set(peer, pending)
    }

    if (pending.prefixes.length >= (this.#init.maxPending ?? 4096)) {
      // the sender gives up on it after a while; what matters is that we do not grow
      pending.prefixes.shift()
    }

    pending.prefixes.push(id.subarray(0, HASH_PREFIX_BYTES))
    pending.bytes += envelopeBytes

    if ((pending.prefixes.length >= HEARD_BATCH || pending.bytes >= HEARD_BYTES) && this.#held === 0) {
      this.#flush()
    } else {
      this.#flushIn(patient ? HEARD_PATIENT_MS : this.#init.batchMs ?? HEARD_BATCH_MS)
    }
  }

  #flushIn (ms: number): void {
    const due = performance.now() + ms

    if (this.#held === 0 && due < this.#due) {
      clearTimeout(this.#timer)
      this.#due = due
      this.#timer = setTimeout(() => { this.#flush() }, ms)
    }
  }

  #flush (): void {
    clearTimeout(this.#timer)
    this.#due = Infinity

    if (this.#init.backlog() > BACKLOG_BYTES && this.#held < MAX_HOLD_MS) {
      this.#held += HOLD_MS
      this.#timer = setTimeout(() => { this.#flush() }, HOLD_MS)
      return
    }

    this.#held = 0

    for (const [peer, pending] of this.#pending) {
      if (pending.prefixes.length > 0) {
        this.#send(peer, pending)
      }
    }
  }

  #send (peer: string, pending: Pending): void {
    const { stream } = pending

    if (stream == null || stream.status !== 'open' || stream.writeStatus !== 'writable') {
      this.#open(peer, pending)
      return
    }

    if (stream.writableNeedsDrain) {
      // it does not read what it asked for; `maxPending` bounds what waits
      return
    }

    const block = new Uint8Array(pending.prefixes.length * HASH_PREFIX_BYTES)
    pending.prefixes.forEach((prefix, index) => { block.set(prefix, index * HASH_PREFIX_BYTES) })
    pending.prefixes = []
    pending.bytes = 0

    try {
      stream.send(block)
    } catch (err: any) {
      stream.abort(err)
    }
  }

  #open (peer: string, pending: Pending): void {
    if (pending.opening) {
      return
    }

    const connection = bestConnection(this.#components, peer)

    if (connection == null) {
      this.#pending.delete(peer)
      return
    }

    pending.opening = true
    openStream(this.#components, connection, this.#protocol, { signal: AbortSignal.timeout(5_000), runOnLimitedConnection: true })
      .then(stream => {
        pending.opening = false
        pending.stream = stream

        if (this.#pending.get(peer) === pending) {
          this.#send(peer, pending)
        } else {
          stream.abort(new Error('The peer left.'))
        }
      }, async () => {
        await delay(1_000)
        pending.opening = false
      })
  }

  #listen (stream: Stream, peer: string): void {
    const rate = new TokenBucket({ capacity: 1024 * 1024, perSecond: 256 * 1024 })
    const credit = new LazyCredit(stream)
    let rest = new Uint8Array(0)

    stream.addEventListener('message', (event: { data: Uint8Array | Uint8ArrayList }) => {
      if (!rate.take(event.data.byteLength)) {
        stream.abort(new Error('Too many acknowledgements.'))
        this.#init.onOffender(peer, 'flood of acknowledgements')
        return
      }

      const data = event.data.subarray()
      let bytes = data

      if (rest.byteLength > 0) {
        bytes = new Uint8Array(rest.byteLength + data.byteLength)
        bytes.set(rest)
        bytes.set(data, rest.byteLength)
      }

      let offset = 0

      for (; offset + HASH_PREFIX_BYTES <= bytes.byteLength; offset += HASH_PREFIX_BYTES) {
        this.#init.onHeard(keyOf(bytes.subarray(offset, offset + HASH_PREFIX_BYTES)))
      }

      rest = bytes.slice(offset)
      credit.handled(data.byteLength)
    })
    stream.addEventListener('remoteCloseWrite', () => { stream.close().catch(() => {}) })
  }

  readonly #onLeave = (event: CustomEvent<{ peer: string }>): void => {
    const pending = this.#pending.get(event.detail.peer)
    pending?.stream?.abort(new Error('The peer left.'))
    this.#pending.delete(event.detail.peer)
  }
}
