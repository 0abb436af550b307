import { toHexEach } from '../crypto/index.ts'
import { pacedFrames } from '../streams/index.ts'
import { SyncInterruptedError, SyncProtocolError } from './errors.ts'
import { BATCH_BYTES, frame, idBytes } from './frame.ts'
import { ID_LENGTH } from './item-set.ts'
import type { PacedFrames } from '../streams/index.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'

/** Kinds of frames on a keeper's stream; the first byte of each. */
const ANNOUNCE = 0
const WANT = 1
const SEALED = 2
const DONE = 3

/** IDs asked for at once. */
export const MAX_SEALED_IDS = 4_096
/** IDs one stream may ask for. */
const MAX_SERVED_IDS = 1_000_000
/** Questions on one stream: each may be small */
const MAX_ASKS = 4_096
/** A batch and the largest envelope with it. */
const MAX_FRAME_BYTES = 256 * 1024
/** epoch (u64) ‖ length (u32) */
const HEAD_LENGTH = 12
/** oldest epoch whose key the asker has (u64), before the IDs */
const FROM_LENGTH = 8

/** A message as its keeper holds it: an envelope, and the epoch whose key opens it. */
export interface SealedMessage { epoch: number, envelope: Uint8Array }

function framesOf (stream: Stream): PacedFrames {
  return pacedFrames(stream, { maxDataLength: MAX_FRAME_BYTES })
}

async function read (frames: PacedFrames, { signal }: AbortOptions): Promise<{ kind: number, body: Uint8Array }> {
  try {
    const bytes = (await frames.read({ signal })).subarray()
    return { kind: bytes[0], body: bytes.subarray(1) }
  } catch (error) {
    signal?.throwIfAborted()
    throw new SyncInterruptedError()
  }
}

/** A keeper tells a member that it is one, and how long it keeps things, ms. */
export async function announceKeeper (stream: Stream, keepsFor: number, options: AbortOptions): Promise<void> {
  const body = new Uint8Array(8)
  new DataView(body.buffer).setBigUint64(0, BigInt(keepsFor))
  await framesOf(stream).write(frame(ANNOUNCE, body), options)
  await stream.close(options)
}

/** @throws {SyncProtocolError} for what is no announcement */
export async function readAnnouncement (stream: Stream, options: AbortOptions): Promise<{ keepsFor: number }> {
  const { kind, body } = await read(framesOf(stream), options)
  const keepsFor = body.length === 8 ? new DataView(body.buffer, body.byteOffset).getBigUint64(0) : undefined
  if (kind !== ANNOUNCE || keepsFor == null || keepsFor > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new SyncProtocolError('This is not what a keeper says.')
  }
  return { keepsFor: Number(keepsFor) }
}

/**
 * Asks a keeper for messages by ID. They come sealed, at most as many as were asked for, those of
 * early epochs first; what it does not have, or sealed before epoch `from`, is left out.
 */
export async function fetchSealed (stream: Stream, ids: string[], from: number, take: (batch: SealedMessage[]) => Promise<void>, options: AbortOptions): Promise<void> {
  const frames = framesOf(stream)
  for (let at = 0; at < ids.length; at += MAX_SEALED_IDS) {
    const asked = ids.slice(at, at + MAX_SEALED_IDS)
    const body = new Uint8Array(FROM_LENGTH + asked.length * ID_LENGTH)
    new DataView(body.buffer).setBigUint64(0, BigInt(from))
    body.set(idBytes(asked), FROM_LENGTH)
    await frames.write(frame(WANT, body), options)
    for (let received = 0; ;) {
      const { kind, body } = await read(frames, options)
      if (kind === DONE) {
        break
      }
      const batch = kind === SEALED ? decodeBatch(body) : []
      received += batch.length
      if (batch.length === 0 || received > asked.length) {
        throw new SyncProtocolError('A keeper sent what it was not asked for.')
      }
      await take(batch)
    }
  }
}

/**
 * Answers a member's stream until it ends. Each answer waits until the member is ready for more, and
 * no more is held meanwhile than `find` gives at once: those of early epochs first.
 */
export async function serveSealed (stream: Stream, find: (ids: string[]) => AsyncIterable<SealedMessage[]>, options: AbortOptions): Promise<void> {
  const frames = framesOf(stream)
  for (let [served, asks] = [0, 0]; ;) {
    let asked: { kind: number, body: Uint8Array }
    try {
      asked = await read(frames, options)
    } catch (error) {
      if (error instanceof SyncInterruptedError) {
        return
      }
      throw error
    }
    const { kind, body } = asked
    const count = (body.length - FROM_LENGTH) / ID_LENGTH
    served += count
    if (kind === ANNOUNCE) {
      // another keeper
      return
    }
    if (kind !== WANT || !Number.isInteger(count) || count < 0 || count > MAX_SEALED_IDS || served > MAX_SERVED_IDS || ++asks > MAX_ASKS) {
      throw new SyncProtocolError('A keeper is asked for at most 4,096 IDs at a time.')
    }
    const from = new DataView(body.buffer, body.byteOffset).getBigUint64(0)
    let batch: SealedMessage[] = []
    let bytes = 0
    // who names one message a thousand times gets it once
    for await (const found of find([...new Set(toHexEach(body.subarray(FROM_LENGTH), ID_LENGTH))])) {
      for (const sealed of found.filter(({ epoch }) => epoch >= from)) {
        batch.push(sealed)
        bytes += sealed.envelope.length
        if (bytes >= BATCH_BYTES) {
          await frames.write(frame(SEALED, encodeBatch(batch)), options)
          batch = []
          bytes = 0
        }
      }
    }
    if (batch.length > 0) {
      await frames.write(frame(SEALED, encodeBatch(batch)), options)
    }
    await frames.write(frame(DONE), options)
  }
}

function encodeBatch (batch: SealedMessage[]): Uint8Array {
  const bytes = new Uint8Array(batch.reduce((sum, { envelope }) => sum + HEAD_LENGTH + envelope.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { epoch, envelope } of batch) {
    view.setBigUint64(at, BigInt(epoch))
    view.setUint32(at + 8, envelope.length)
    bytes.set(envelope, at + HEAD_LENGTH)
    at += HEAD_LENGTH + envelope.length
  }
  return bytes
}

function decodeBatch (body: Uint8Array): SealedMessage[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const batch: SealedMessage[] = []
  for (let at = 0; at < body.length;) {
    const end = at + HEAD_LENGTH <= body.length ? at + HEAD_LENGTH + view.getUint32(at + 8) : Infinity
    if (end > body.length) {
      throw new SyncProtocolError('A batch of sealed messages was cut off.')
    }
    batch.push({ epoch: Number(view.getBigUint64(at)), envelope: new Uint8Array(body.subarray(at + HEAD_LENGTH, end)) })
    at = end
  }
  return batch
}
