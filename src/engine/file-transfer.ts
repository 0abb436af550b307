import { fromString } from 'uint8arrays'
import { sha256Hex } from '../crypto/index.ts'
import { pacedBytes } from '../streams/index.ts'
import type { PacedBytes } from '../streams/index.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

/** Members asked at the same time. */
export const MAX_SOURCES = 4
/** A member that does not have so many chunks one after the other has nothing of this file. */
const MAX_MISSES = 8
/** Bytes read at a time, and how long they may take. */
const SLICE_BYTES = 32 * 1024
const SLICE_TIMEOUT_MS = 30_000

export interface FileTransferInit {
  /** indexes of the chunks wanted */
  wanted: Iterable<number>
  /** SHA-256 of a sealed chunk, hex, and its length */
  chunk (index: number): { hash: string, length: number }
  /** who could have it, now */
  peers (): string[]
  open (peer: string, options: AbortOptions): Promise<Stream>
  /** keeps a chunk; its hash was checked */
  took (index: number, sealed: Uint8Array): Promise<void>
  /** a member sent other bytes than those it was asked for */
  lied (peer: string): void
}

/** One file from several members at once: each is asked for one chunk after the other, whoever is quick gives more. */
export class FileTransfer {
  readonly #init: FileTransferInit
  readonly #wanted: Set<number>
  readonly #asked = new Set<number>()
  /** chunks that a member said it does not have; undefined: it is asked nothing more */
  readonly #lacking = new Map<string, Set<number> | undefined>()
  #fault?: Error

  constructor (init: FileTransferInit) {
    this.#init = init
    this.#wanted = new Set(init.wanted)
  }

  /** Ends when everything is here or nobody connected has what is missing; answers how many chunks are. */
  async run ({ signal }: AbortOptions = {}): Promise<number> {
    const working = new Map<string, Promise<void>>()
    while (this.#wanted.size > 0 && this.#fault == null) {
      signal?.throwIfAborted()
      const peer = working.size < MAX_SOURCES ? this.#init.peers().find(each => !working.has(each) && this.#next(each) != null) : undefined
      if (peer != null) {
        working.set(peer, this.#from(peer, signal).finally(() => { working.delete(peer) }))
      } else if (working.size > 0) {
        await Promise.race(working.values())
      } else {
        break
      }
    }
    await Promise.all(working.values())
    signal?.throwIfAborted()
    if (this.#fault != null) {
      throw this.#fault
    }
    return this.#wanted.size
  }

  /** What a member can be asked for: a chunk that nobody is being asked for and that it may have. */
  #next (peer: string): number | undefined {
    const lacks = this.#lacking.get(peer)
    if (lacks == null ? this.#lacking.has(peer) : lacks.size >= MAX_MISSES) {
      return undefined
    }
    for (const index of this.#wanted) {
      if (!this.#asked.has(index) && lacks?.has(index) !== true) {
        return index
      }
    }
    return undefined
  }

  /** Never rejects: what one member does not give, the next one may. */
  async #from (peer: string, signal?: AbortSignal): Promise<void> {
    let stream: Stream | undefined
    try {
      stream = await this.#init.open(peer, { signal: within(SLICE_TIMEOUT_MS, signal) })
      const bytes = pacedBytes(stream)
      for (let index = this.#next(peer); index != null && this.#fault == null; index = this.#next(peer)) {
        this.#asked.add(index)
        try {
          await this.#take(peer, index, await this.#request(bytes, index, signal))
        } finally {
          this.#asked.delete(index)
        }
      }
    } catch {
      this.#lacking.set(peer, undefined)
    } finally {
      stream?.abort(new Error('done'))
    }
  }

  async #take (peer: string, index: number, sealed: Uint8Array | undefined): Promise<void> {
    if (sealed == null) {
      const lacks = this.#lacking.get(peer) ?? new Set()
      this.#lacking.set(peer, lacks.add(index))
      return
    }
    if (sha256Hex(sealed) !== this.#init.chunk(index).hash) {
      this.#init.lied(peer)
      throw new Error('Another chunk was asked for.')
    }
    try {
      await this.#init.took(index, sealed)
    } catch (error) {
      // not this member's fault: nobody else could give it either
      this.#fault = error as Error
      throw error
    }
    this.#wanted.delete(index)
  }

  /** undefined: this member does not have it. */
  async #request (bytes: PacedBytes, index: number, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const { hash, length } = this.#init.chunk(index)
    await bytes.write(fromString(hash, 'hex'), { signal: within(SLICE_TIMEOUT_MS, signal) })
    const header = (await bytes.read({ bytes: 4, signal: within(SLICE_TIMEOUT_MS, signal) })).subarray()
    const announced = new DataView(header.buffer, header.byteOffset).getUint32(0)
    if (announced === 0) {
      return undefined
    }
    if (announced !== length) {
      throw new Error('Another length was asked for.')
    }
    const sealed = new Uint8Array(length)
    for (let at = 0; at < length;) {
      const slice = await bytes.read({ bytes: Math.min(SLICE_BYTES, length - at), signal: within(SLICE_TIMEOUT_MS, signal) })
      sealed.set(slice.subarray(), at)
      at += slice.byteLength
    }
    return sealed
  }
}

function within (ms: number, signal?: AbortSignal): AbortSignal {
  return signal == null ? AbortSignal.timeout(ms) : AbortSignal.any([signal, AbortSignal.timeout(ms)])
}
