/** Longest line that is read, bytes: a file of 6 MB in base64url; larger ones go by path. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024
/** So much of both ends of a line that is too long is kept, to find the ID of its request. */
const ENDS_BYTES = 512

export type Line = { kind: 'line', text: string } | { kind: 'too-long', id?: string | number } | { kind: 'invalid' }

const NEWLINE = 0x0a

/**
 * Cuts a byte stream at newlines. Holds at most one line; a longer one is dropped as it comes and
 * told once; reading goes on after the next newline. Empty lines are left out.
 */
export async function * readLines (source: AsyncIterable<Uint8Array>, limit = MAX_LINE_BYTES): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let parts: Uint8Array[] = []
  let length = 0
  let dropping = false
  let head: Uint8Array = new Uint8Array()
  let tail: Uint8Array = new Uint8Array()
  const drop = (part: Uint8Array): void => {
    if (!dropping) {
      // what was held is let go, but for its ends
      head = join([...parts, part]).slice(0, ENDS_BYTES)
      dropping = true
      parts = []
      length = 0
    }
    tail = join([tail, part.slice(-ENDS_BYTES)]).slice(-ENDS_BYTES)
  }
  const finish = (): Line | undefined => {
    if (dropping) {
      const id = requestId(head, tail)
      dropping = false
      tail = new Uint8Array()
      return id == null ? { kind: 'too-long' } : { kind: 'too-long', id }
    }
    const bytes = join(parts)
    parts = []
    length = 0
    try {
      const text = decoder.decode(bytes).trim()
      return text === '' ? undefined : { kind: 'line', text }
    } catch {
      return { kind: 'invalid' }
    }
  }
  for await (const chunk of source) {
    let from = 0
    while (from <= chunk.length) {
      const end = chunk.indexOf(NEWLINE, from)
      const part = chunk.subarray(from, end < 0 ? chunk.length : end)
      if (dropping || length + part.length > limit) {
        drop(part)
      } else if (part.length > 0) {
        parts.push(part)
        length += part.length
      }
      if (end < 0) {
        break
      }
      const line = finish()
      if (line != null) {
        yield line
      }
      from = end + 1
    }
  }
  const line = finish()
  if (line != null) {
    yield line
  }
}

function join (parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** ID of a request of which only the ends are known: it stands first or last, as every client writes it. */
function requestId (head: Uint8Array, tail: Uint8Array): string | number | undefined {
  const decoder = new TextDecoder()
  const found = /^\s*\{\s*(?:"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*,\s*){0,2}"id"\s*:\s*(\d{1,15}|"[^"\\]{0,128}")\s*,/.exec(decoder.decode(head)) ??
    /,\s*"id"\s*:\s*(\d{1,15}|"[^"\\]{0,128}")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(decoder.decode(tail))
  return found == null ? undefined : JSON.parse(found[1])
}
