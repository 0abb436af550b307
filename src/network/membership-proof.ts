import { constantTimeEqual, hmacSha256 } from '../crypto/index.ts'
import type { EpochEntry } from './compartment-api.ts'

/** Bytes of each side's challenge. */
export const NONCE_BYTES = 32

/** Bytes of a tag: HMAC-SHA-256 (RFC 2104). */
export const TAG_BYTES = 32

/** The dialer always sends this many tags, real or random, so that peers whose windows differ still meet. */
export const OFFERED_TAGS = 4

const encoder = new TextEncoder()
const CONTEXT = encoder.encode('undertone/1/member')

export interface Transcript {
  dialerNonce: Uint8Array
  listenerNonce: Uint8Array
  /** transport peer ID of who opened the stream; Noise has authenticated it */
  dialer: string
  listener: string
}

/**
 * HMAC-SHA-256 under an epoch's membership key over role, both nonces and both transport peer IDs.
 * The role keeps a tag from being reflected, the IDs keep it from being relayed to someone else.
 */
export function proofTag (membershipKey: Uint8Array, role: 'dialer' | 'listener', transcript: Transcript): Uint8Array {
  const { dialerNonce, listenerNonce, dialer, listener } = transcript
  const parts = [CONTEXT, encoder.encode(role), dialerNonce, listenerNonce, encoder.encode(dialer), encoder.encode(listener)]

  // each part is preceded by its length: no two transcripts have the same bytes
  return hmacSha256(membershipKey, ...parts.flatMap(part => [Uint8Array.of(part.byteLength), part]))
}

/** The epochs a dialer offers: the current one, its neighbours, then the newest; at most {@link OFFERED_TAGS}. */
export function offeredEpochs (entries: EpochEntry[]): EpochEntry[] {
  const current = entries.find(entry => entry.current)?.epoch ?? entries[0]?.epoch ?? 0

  return entries.slice()
    .sort((a, b) => Math.abs(a.epoch - current) - Math.abs(b.epoch - current) || b.epoch - a.epoch)
    .slice(0, OFFERED_TAGS)
}

/** The dialer's tags in one block of constant size; what is not a tag is random and looks the same. */
export function offerTags (offered: EpochEntry[], transcript: Transcript, random: (bytes: number) => Uint8Array): Uint8Array {
  const block = random(OFFERED_TAGS * TAG_BYTES)

  offered.slice(0, OFFERED_TAGS).forEach((entry, index) => {
    block.set(proofTag(entry.keys.membership, 'dialer', transcript), index * TAG_BYTES)
  })

  return block
}

/**
 * The newest epoch one of the offered tags was made under. Every combination is compared, also after
 * a match: the time it takes says nothing about which, if any.
 */
export function matchOffer (entries: EpochEntry[], block: Uint8Array, transcript: Transcript): EpochEntry | undefined {
  let matched: EpochEntry | undefined

  for (const entry of entries) {
    const expected = proofTag(entry.keys.membership, 'dialer', transcript)

    for (let i = 0; i < OFFERED_TAGS; i++) {
      const equal = constantTimeEqual(expected, block.subarray(i * TAG_BYTES, (i + 1) * TAG_BYTES))

      if (equal && (matched == null || matched.epoch < entry.epoch)) {
        matched = entry
      }
    }
  }

  return matched
}

/** The listener's answer: its tag under the matched epoch, or as many random bytes, at the same cost. */
export function answerOffer (matched: EpochEntry | undefined, transcript: Transcript, random: (bytes: number) => Uint8Array): Uint8Array {
  const noise = random(TAG_BYTES)
  const tag = proofTag(matched?.keys.membership ?? noise, 'listener', transcript)

  return matched == null ? noise : tag
}

/** The offered epoch the listener answered under, if it is a member. */
export function matchAnswer (offered: EpochEntry[], answer: Uint8Array, transcript: Transcript): EpochEntry | undefined {
  let matched: EpochEntry | undefined

  for (const entry of offered) {
    if (constantTimeEqual(proofTag(entry.keys.membership, 'listener', transcript), answer)) {
      matched = entry
    }
  }

  return matched
}
