import { concat, toString } from 'uint8arrays'
import { NotSupportedError } from '../engine/errors.ts'
import { exactlyOne } from './params.ts'
import type { Files } from './files.ts'

/** Most bytes read from a file that a call names. */
const MAX_FILE_BYTES = 256 * 1024 * 1024
/** Most bytes of a file that is read piece by piece: a room's messages and files. */
const MAX_STREAMED_BYTES = 512 * 1024 * 1024

function reachable (files: Files | undefined): Files {
  if (files == null) {
    throw new NotSupportedError('This connection cannot reach files. Leave "path" out and pass or take the content as "data", in base64url.')
  }
  return files
}

/** Bytes that a call brings as `data`, or that lie in the file it names. */
export async function load (method: string, files: Files | undefined, params: { path?: string, data?: Uint8Array }): Promise<Uint8Array> {
  return exactlyOne(method, params, ['path', 'data']) === 'data'
    ? params.data as Uint8Array
    : reachable(files).read(params.path as string, MAX_FILE_BYTES)
}

/** The same in pieces where it lies in a file. */
export function loadPieces (method: string, files: Files | undefined, params: { path?: string, data?: Uint8Array }): Uint8Array | AsyncIterable<Uint8Array> {
  return exactlyOne(method, params, ['path', 'data']) === 'data'
    ? params.data as Uint8Array
    : reachable(files).pieces(params.path as string, MAX_STREAMED_BYTES)
}

async function whole (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts = []
  for await (const piece of pieces) {
    parts.push(piece)
  }
  return concat(parts)
}

/** Bytes for the caller: into the file it named, or in the answer. */
export async function save (files: Files | undefined, path: string | undefined, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ path: string } | { data: string }> {
  if (path == null) {
    return { data: toString(bytes instanceof Uint8Array ? bytes : await whole(bytes), 'base64url') }
  }
  await reachable(files).write(path, bytes)
  return { path }
}
