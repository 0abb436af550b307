import { concat } from 'uint8arrays/concat'
import { argon2id } from './argon2.ts'
import { roomIdBytes } from './key-schedule.ts'
import { label } from './label.ts'
import { publicKeyOf } from './persona.ts'
import type { Argon2Cost } from './argon2.ts'
import type { RoomId } from './key-schedule.ts'
import type { PersonaId } from './persona.ts'

/** One try: large enough to spoil graphics cards and chips, small enough for a phone. */
export const STAMP_COST: Argon2Cost = Object.freeze({ memoryKiB: 8_192, passes: 1, parallelism: 1 })
/** More would take a phone days. */
export const MAX_STAMP_BITS = 20
/** bits (1 byte) ‖ nonce (16 bytes) */
export const STAMP_LENGTH = 17

export interface StampInit {
  roomId: RoomId
  persona: PersonaId
  /** leading zero bits; each doubles the work */
  bits: number
  signal?: AbortSignal
}

/** Thrown when a stamp of more bits is asked for than anybody should have to pay. */
export class InvalidStampError extends Error {
  static name = 'InvalidStampError'
  name = 'InvalidStampError'
}

function leadingZeroBits (bytes: Uint8Array): number {
  let bits = 0
  for (const byte of bytes) {
    if (byte !== 0) {
      return bits + Math.clz32(byte) - 24
    }
    bits += 8
  }
  return bits
}

async function work (roomId: RoomId, persona: string, stamp: Uint8Array): Promise<number> {
  // the bits aimed for are hashed too: luck cannot turn a cheap stamp into a dear one
  const password = label('stamp', roomIdBytes(roomId), publicKeyOf(persona), stamp.subarray(0, 1))
  return leadingZeroBits(await argon2id(password, stamp.subarray(1), STAMP_COST, 32))
}

/** Bits a stamp claims; 0 for an empty one and for bytes that are no stamp. */
export function stampBits (stamp: Uint8Array): number {
  return stamp.length === STAMP_LENGTH ? stamp[0] : 0
}

/**
 * Pays for a persona's place in a room: about 2^bits Argon2id hashes of 8 MiB. Bound to room and
 * persona, so it cannot be made before or used twice. The event loop runs between hashes.
 *
 * @throws {InvalidStampError} when bits is not 0 to 20
 * @throws the signal's reason when it aborts
 */
export async function mintStamp ({ roomId, persona, bits, signal }: StampInit): Promise<Uint8Array> {
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_STAMP_BITS) {
    throw new InvalidStampError(`A stamp has 0 to ${MAX_STAMP_BITS} bits, not ${bits}. The room's policy is wrong; tell its founder.`)
  }
  signal?.throwIfAborted()
  if (bits === 0) {
    return new Uint8Array()
  }
  const stamp = concat([new Uint8Array([bits]), new Uint8Array(16)])
  const counter = new DataView(stamp.buffer, stamp.byteOffset + STAMP_LENGTH - 4)
  for (let tries = 0; ; tries++) {
    counter.setUint32(0, tries)
    if (await work(roomId, persona, stamp) >= bits) {
      return stamp
    }
    await new Promise(resolve => setTimeout(resolve, 0))
    signal?.throwIfAborted()
  }
}

/** Whether the stamp was paid for by this persona in this room with at least `bits`: one hash, none when bits is 0. */
export async function checkStamp ({ roomId, persona, bits, stamp }: Omit<StampInit, 'signal'> & { stamp: Uint8Array }): Promise<boolean> {
  if (bits <= 0) {
    return true
  }
  const claimed = stampBits(stamp)
  return claimed >= bits && claimed <= MAX_STAMP_BITS && await work(roomId, persona, stamp) >= claimed
}
