import { concat, toString } from 'uint8arrays'
import { SEAL_OVERHEAD, sha256Hex } from '../crypto/index.ts'
import { UnknownAttachmentError } from '../room/index.ts'
import type { AttachmentBody } from '../wire/index.ts'

/** Largest file, bytes. It is in memory while it is sent or opened. */
export const MAX_ATTACHMENT_BYTES = 32 * 1024 * 1024
/** Plaintext of one sealed chunk: what a cut costs, and what one member is asked for at a time. */
export const CHUNK_BYTES = 256 * 1024
/** Smallest chunk of a file of several, bytes: else a file of nothing but hashes costs everybody who gets it. */
const MIN_CHUNK_BYTES = 4 * 1024
/** Largest chunk that is taken from others, bytes. */
const MAX_CHUNK_BYTES = 8 * 1024 * 1024

/** How a file lies in chunks. */
export interface FileShape {
  /** SHA-256 over the hashes of its chunks, hex: what the file is called where it is held */
  id: string
  /** bytes of the plaintext */
  size: number
  chunkSize: number
  /** SHA-256 of each sealed chunk, hex */
  hashes: string[]
}

/** @throws {UnknownAttachmentError} when the statement contradicts itself or asks for more than anybody holds */
export function shapeOf (body: Pick<AttachmentBody, 'size' | 'chunkSize' | 'chunks'>): FileShape {
  const { size, chunkSize, chunks } = body
  const few = chunks.length === 1 || chunkSize >= MIN_CHUNK_BYTES
  if (size > MAX_ATTACHMENT_BYTES || chunkSize > MAX_CHUNK_BYTES || !few || chunks.length !== Math.max(1, Math.ceil(size / chunkSize))) {
    throw new UnknownAttachmentError('This file is announced in a way that this version cannot take. Ask its sender to send it again.')
  }
  return { id: fileId(chunks), size, chunkSize, hashes: chunks.map(hash => toString(hash, 'hex')) }
}

export function fileId (chunks: Uint8Array[]): string { return sha256Hex(concat(chunks)) }

/** Bytes of one sealed chunk. */
export function sealedLength ({ size, chunkSize }: FileShape, index: number): number {
  return Math.min(chunkSize, size - index * chunkSize) + SEAL_OVERHEAD
}

/** Bytes of the plaintext that some of its chunks hold. */
export function bytesOf (shape: FileShape, chunks: Iterable<number>): number {
  let bytes = 0
  for (const index of chunks) {
    bytes += sealedLength(shape, index) - SEAL_OVERHEAD
  }
  return bytes
}
