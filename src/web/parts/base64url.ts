const CHUNK = 0x8000

/** Binary as the RPC carries it (RFC 4648 §5, no padding). */
export function encodeBinary (bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  }
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/[=]+$/, '')
}

export function decodeBinary (text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0))
}
