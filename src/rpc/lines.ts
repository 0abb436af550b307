/** Longest line that is read, bytes. */
export const MAX_LINE_BYTES = 1024 * 1024

export type Line = { kind: 'line', text: string } | { kind: 'too-long' } | { kind: 'invalid' }

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
  const finish = (): Line | undefined => {
    const bytes = new Uint8Array(length)
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.length
    }
    const tooLong = dropping
    parts = []
    length = 0
    dropping = false
    if (tooLong) {
      return { kind: 'too-long' }
    }
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
      if (length + part.length > limit) {
        dropping = true
        parts = []
        length = 0
      } else if (!dropping && part.length > 0) {
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
