/** How a text may lie in a file: as it is, in UTF-16, in hexadecimal, and within base64 at each of its three beginnings. */
export function spellings (text: string): Array<{ how: string, bytes: Buffer }> {
  const plain = Buffer.from(text)
  const shifted = (alphabet: 'base64' | 'base64url'): Buffer[] => [0, 1, 2].map(before => {
    // whole groups of three bytes only: the letters at both ends depend on what is beside them
    const from = (3 - before) % 3
    return Buffer.from(plain.subarray(from, from + Math.floor((plain.length - from) / 3) * 3).toString(alphabet))
  })
  return [
    { how: 'plain', bytes: plain },
    { how: 'UTF-16', bytes: Buffer.from(text, 'utf16le') },
    { how: 'UTF-16, big-endian', bytes: Buffer.from(text, 'utf16le').swap16() },
    { how: 'hex', bytes: Buffer.from(plain.toString('hex')) },
    { how: 'HEX', bytes: Buffer.from(plain.toString('hex').toUpperCase()) },
    { how: 'escaped', bytes: Buffer.from(encodeURIComponent(text)) },
    ...shifted('base64').map(bytes => ({ how: 'base64', bytes })),
    ...shifted('base64url').map(bytes => ({ how: 'base64url', bytes }))
  ]
}
