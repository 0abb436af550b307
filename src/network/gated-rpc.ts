import { keyOf } from './gossip-id.ts'
import type { EnvelopeKey } from './gossip-id.ts'

/** An envelope begins with its nonce, a keyed hash of what is in it; so many bytes tell envelopes apart. */
const NONCE_BYTES = 16

const MESSAGE_FIELD = 0x12
const DATA_FIELD = 0x12

export interface RpcPart {
  bytes: Uint8Array
  /** of a part that is one message and nothing else: the beginning of its envelope */
  key?: EnvelopeKey
}

/** The name of an envelope as its bytes claim it, without a hash. */
export function nonceKey (envelope: Uint8Array): EnvelopeKey {
  return keyOf(envelope.subarray(0, NONCE_BYTES))
}

/**
 * Takes an RPC apart into its leading messages (field 2 of gossipsub's RPC, one part each) and what
 * else it holds. Each part is an RPC by itself, and so is any concatenation of messages.
 */
export function splitRpc (rpc: Uint8Array): RpcPart[] {
  const parts: RpcPart[] = []
  let start = 0

  while (start < rpc.byteLength && rpc[start] === MESSAGE_FIELD) {
    const body = varintAt(rpc, start + 1)
    const end = body.end + body.value
    // without a sender the data comes first (StrictNoSign)
    const data = rpc[body.end] === DATA_FIELD ? varintAt(rpc, body.end + 1).end : end
    parts.push({ bytes: rpc.subarray(start, end), key: nonceKey(rpc.subarray(data, end)) })
    start = end
  }

  if (start < rpc.byteLength) {
    parts.push({ bytes: rpc.subarray(start) })
  }

  return parts
}

function varintAt (bytes: Uint8Array, offset: number): { value: number, end: number } {
  let value = 0
  let factor = 1

  while (bytes[offset] >= 0x80) {
    value += (bytes[offset++] & 0x7f) * factor
    factor *= 128
  }

  return { value: value + bytes[offset] * factor, end: offset + 1 }
}
