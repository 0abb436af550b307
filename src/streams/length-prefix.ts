/** The length before a frame, as libp2p's protocols have it: an unsigned varint (LEB128). */
export function lengthPrefix (length: number): Uint8Array {
  const bytes: number[] = []

  for (; length >= 0x80; length = Math.floor(length / 0x80)) {
    bytes.push((length % 0x80) | 0x80)
  }

  return Uint8Array.from([...bytes, length])
}
