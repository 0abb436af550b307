import { fromHex, toHexEach } from '../crypto/index.ts'
import { SyncProtocolError } from './errors.ts'
import { ID_LENGTH } from './item-set.ts'
import type { AgeProof } from './sync-api.ts'

/** Kinds of frames on a sync stream; the first byte of each. */
export const FRAME_HELLO = 0
export const FRAME_RECONCILE = 1
export const FRAME_WANT = 2
export const FRAME_MESSAGES = 3
export const FRAME_DONE = 4

export type FrameKind = typeof FRAME_HELLO | typeof FRAME_RECONCILE | typeof FRAME_WANT | typeof FRAME_MESSAGES | typeof FRAME_DONE

/** Largest frame taken from a peer, bytes. */
export const MAX_FRAME_BYTES = 1024 * 1024
/** IDs in one want: 512 KiB. */
export const MAX_WANT_IDS = 16_384
/** Messages travel in batches of about so many bytes: a stream costs per write (FACTS), and more than 64 KB would be two messages of its encryption. */
export const BATCH_BYTES = 60 * 1024

/** epoch ‖ MAC */
const PROOF_LENGTH = 24
export const MAX_PROOFS = 64

export function frame (kind: number, body: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(1 + body.length)
  bytes[0] = kind
  bytes.set(body, 1)
  return bytes
}

/**
 * u64: oldest time that is compared, ms; in an answer, and before proofs, also u64: oldest time that
 * it wants to be sent itself; then proofs: u64 epoch ‖ MAC (16 bytes).
 */
export function helloFrame (since: number, wants?: number, proofs: AgeProof[] = []): Uint8Array {
  const times = wants == null && proofs.length === 0 ? [since] : [since, wants ?? since]
  const body = new Uint8Array(8 * times.length + PROOF_LENGTH * proofs.length)
  const view = new DataView(body.buffer)
  times.forEach((time, i) => { view.setBigUint64(8 * i, BigInt(Math.max(0, Math.floor(time)))) })
  proofs.forEach(({ epoch, mac }, i) => {
    view.setBigUint64(16 + PROOF_LENGTH * i, BigInt(epoch))
    body.set(mac, 24 + PROOF_LENGTH * i)
  })
  return frame(FRAME_HELLO, body)
}

export function readHello (body: Uint8Array): { since: number, wants: number, proofs: AgeProof[] } {
  const count = (body.length - 16) / PROOF_LENGTH
  if (body.length !== 8 && (!Number.isInteger(count) || count < 0 || count > MAX_PROOFS)) {
    throw new SyncProtocolError(`A greeting has eight or sixteen bytes, and at most ${MAX_PROOFS} proofs.`)
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const number = (at: number): number => {
    const value = view.getBigUint64(at)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new SyncProtocolError('A greeting names a time that does not exist.')
    }
    return Number(value)
  }
  const since = number(0)
  return {
    since,
    wants: body.length === 8 ? since : number(8),
    proofs: Array.from({ length: Math.max(0, count) }, (_, i) => ({ epoch: number(16 + PROOF_LENGTH * i), mac: body.slice(24 + PROOF_LENGTH * i, 16 + PROOF_LENGTH * (i + 1)) }))
  }
}

/** @param ids - 64 hex digits each */
export function wantFrame (ids: string[]): Uint8Array {
  return frame(FRAME_WANT, idBytes(ids))
}

export function readWant (body: Uint8Array): string[] {
  if (body.length % ID_LENGTH !== 0 || body.length > MAX_WANT_IDS * ID_LENGTH) {
    throw new SyncProtocolError('A want is a list of at most 16,384 IDs.')
  }
  return toHexEach(body, ID_LENGTH)
}

/** @param ids - 64 hex digits each */
export function idBytes (ids: string[]): Uint8Array { return fromHex(ids.join('')) }

/** Each message with its length (u32) before it. */
export function messagesFrame (messages: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(1 + messages.reduce((sum, message) => sum + 4 + message.length, 0))
  const view = new DataView(bytes.buffer)
  bytes[0] = FRAME_MESSAGES
  let at = 1
  for (const message of messages) {
    view.setUint32(at, message.length)
    bytes.set(message, at + 4)
    at += 4 + message.length
  }
  return bytes
}

/** Views of the frame: who keeps one makes a copy. */
export function readMessages (body: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = []
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  for (let at = 0; at < body.length;) {
    const end = at + 4 <= body.length ? at + 4 + view.getUint32(at) : Infinity
    if (end > body.length) {
      throw new SyncProtocolError('A batch of messages was cut off.')
    }
    messages.push(body.subarray(at + 4, end))
    at = end
  }
  return messages
}
