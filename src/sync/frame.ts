import { fromHex, toHex } from '../crypto/index.ts'
import { SyncProtocolError } from './errors.ts'
import { ID_LENGTH } from './item-set.ts'

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
/** Messages travel in batches of about so many bytes: a stream's cost is per write (FACTS). */
export const BATCH_BYTES = 64 * 1024

export function frame (kind: FrameKind, body: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(1 + body.length)
  bytes[0] = kind
  bytes.set(body, 1)
  return bytes
}

/** u64: oldest time that is compared, ms; in an answer also u64: oldest time that it wants to be sent itself. */
export function helloFrame (since: number, wants?: number): Uint8Array {
  const times = wants == null ? [since] : [since, wants]
  const body = new Uint8Array(8 * times.length)
  times.forEach((time, i) => { new DataView(body.buffer).setBigUint64(8 * i, BigInt(Math.max(0, Math.floor(time)))) })
  return frame(FRAME_HELLO, body)
}

export function readHello (body: Uint8Array): { since: number, wants: number } {
  if (body.length !== 8 && body.length !== 16) {
    throw new SyncProtocolError('A greeting has eight or sixteen bytes')
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const [since, wants = since] = Array.from({ length: body.length / 8 }, (_, i) => view.getBigUint64(8 * i))
  if (since > BigInt(Number.MAX_SAFE_INTEGER) || wants > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new SyncProtocolError('A greeting asks for a time that does not exist')
  }
  return { since: Number(since), wants: Number(wants) }
}

/** @param ids - 64 hex digits each */
export function wantFrame (ids: string[]): Uint8Array {
  return frame(FRAME_WANT, fromHex(ids.join('')))
}

export function readWant (body: Uint8Array): string[] {
  if (body.length % ID_LENGTH !== 0 || body.length > MAX_WANT_IDS * ID_LENGTH) {
    throw new SyncProtocolError('A want is a list of at most 16,384 IDs')
  }
  return Array.from({ length: body.length / ID_LENGTH }, (_, i) => toHex(body.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH)))
}

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
      throw new SyncProtocolError('A batch of messages was cut off')
    }
    messages.push(body.subarray(at + 4, end))
    at = end
  }
  return messages
}
