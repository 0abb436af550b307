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

/** The hex digits of what was packed. */
export function packedToHex (packed: string): string {
  return Buffer.from(packed, 'latin1').toString('hex')
}

/** Writes what was packed into `target`, where no array of its own is needed. */
export function packedWriter (target: Uint8Array): (packed: string, at: number) => void {
  const buffer = Buffer.from(target.buffer, target.byteOffset, target.byteLength)
  return (packed, at) => { buffer.write(packed, at, 'latin1') }
}
