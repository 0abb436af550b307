import { sha256 } from '../crypto/index.ts'

/** Bytes of an envelope's hash that acknowledgements carry and duplicates are found by. */
export const HASH_PREFIX_BYTES = 16

const TOPIC_BYTES = 4

/** Bytes of a gossip message ID: hash prefix and the beginning of the topic. */
export const MESSAGE_ID_BYTES = HASH_PREFIX_BYTES + TOPIC_BYTES

/** An ID as the key of a map: two bytes a character, short to compare and to keep. */
export type EnvelopeKey = string

export interface EnvelopeIdentity {
  /** {@link MESSAGE_ID_BYTES} */
  id: Uint8Array
  key: EnvelopeKey
  /** the part of the key that does not depend on the topic */
  prefix: EnvelopeKey
}

/*
 * The same bytes are asked for several times on their way through gossipsub. Weak: an envelope that
 * nobody holds any more takes its identity with it.
 */
const known = new WeakMap<Uint8Array, EnvelopeIdentity & { topic: string }>()

/**
 * Names an envelope by SHA-256 of all its bytes and by its topic. Anything less would let a member
 * send garbage that shares a name with an envelope it wants to suppress: the garbage is dropped as
 * invalid, the envelope as its duplicate.
 */
export function identify (topic: string, envelope: Uint8Array): EnvelopeIdentity {
  const found = known.get(envelope)

  if (found?.topic === topic) {
    return found
  }

  const id = new Uint8Array(MESSAGE_ID_BYTES)
  id.set(sha256(envelope).subarray(0, HASH_PREFIX_BYTES))

  for (let i = 0; i < TOPIC_BYTES; i++) {
    id[HASH_PREFIX_BYTES + i] = parseInt(topic.substring(i * 2, i * 2 + 2), 16)
  }

  const key = keyOf(id)
  const identity = { id, key, prefix: key.substring(0, HASH_PREFIX_BYTES / 2), topic }
  known.set(envelope, identity)

  return identity
}

/** The part of an envelope's key that does not depend on the topic. */
export function prefixOf (envelope: Uint8Array): EnvelopeKey {
  return known.get(envelope)?.prefix ?? identify('', envelope).prefix
}

/** Two bytes a character; not text, only a key. */
export function keyOf (bytes: Uint8Array): EnvelopeKey {
  let key = ''

  for (let i = 0; i + 1 < bytes.byteLength; i += 2) {
    key += String.fromCharCode((bytes[i] << 8) | bytes[i + 1])
  }

  return key
}

/** Hex SHA-256 of an envelope, as the compartment's `heard` event names it. */
export function envelopeHash (envelope: Uint8Array): string {
  let hex = ''

  for (const byte of sha256(envelope)) {
    hex += byte.toString(16).padStart(2, '0')
  }

  return hex
}
