/**
 * Bytes as a string of one byte a character: a Uint8Array takes 300 bytes besides its content, a
 * string 16, and a room holds a hundred thousand of them.
 */
export function packBytes (bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** A copy of what was packed. */
export function unpackBytes (packed: string): Uint8Array {
  const bytes = new Uint8Array(packed.length)
  Buffer.from(bytes.buffer).write(packed, 'latin1')
  return bytes
}
