import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'

/** Version of every derivation and signature; a change of any of them is a new number. */
const PREFIX = 'undertone/1/'

const names = new Map<string, Uint8Array>()

/**
 * Domain separation: `"undertone/1/<name>" ‖ parts`. No label is a prefix of another where both are
 * followed by parts, and parts are of fixed size except the last.
 */
export function label (name: string, ...parts: Uint8Array[]): Uint8Array {
  let bytes = names.get(name)
  if (bytes == null) {
    bytes = fromString(PREFIX + name)
    // labels are constants of this code base: the map cannot be grown from outside
    names.set(name, bytes)
  }
  return parts.length === 0 ? bytes : concat([bytes, ...parts])
}

/** Unsigned 64-bit big-endian; `value` is a whole number from 0 to 2^53 - 1. */
export function u64be (value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}
