/** Lower-case hex digits, two a byte. */
export function toHex (bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** The bytes of hex digits; only for text that is known to be such. */
export function fromHex (text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2)
  Buffer.from(bytes.buffer).write(text, 'hex')
  return bytes
}

/** The hex digits of many that lie one after the other, `length` bytes each. */
export function toHexEach (bytes: Uint8Array, length: number): string[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / length }, (_, i) => all.toString('hex', i * length, (i + 1) * length))
}
