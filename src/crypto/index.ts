/**
 * Keys and what is done with them: the key schedule of rooms, personas, sealing, stamps. Pure
 * functions without I/O; what is remembered between calls are memos of pure values, bounded.
 * Node.js uses node:crypto, browsers WebCrypto or noble; nothing here is cryptography of our own.
 *
 * @packageDocumentation
 */
export { argon2id, PASSPHRASE_COST } from './argon2.js'
export type { Argon2Cost } from './argon2.js'
export { generateKeyPair, sign, verify } from './ed25519.js'
export { constantTimeEqual, hkdfSha256, hmacSha256, sha256 } from './hash.js'
export { generateSealingKeyPair, InvalidSealError, openSealed, SEALED_OVERHEAD, SEALING_PRIVATE_KEY_LENGTH, SEALING_PUBLIC_KEY_LENGTH, sealTo } from './hpke.js'
export type { SealingKeyPair } from './hpke.js'
export { InvalidKeyError, KEY_LENGTH, SIGNATURE_LENGTH } from './key-pair.js'
export type { KeyPair } from './key-pair.js'
export { advance, ANCHOR_INTERVAL, canonicalRoomName, DEFAULT_EPOCH_LENGTH_MS, epochAt, epochKeyFromSecret, epochKeys, EpochRangeError, genesisKey, InvalidRoomIdError, InvalidRoomNameError, MAX_ADVANCE, nextEpochKey, ratchet, roomIdBytes, roomIdFromSecret, roomSecretFromName, toRoomId } from './key-schedule.js'
export type { Epoch, EpochKey, EpochKeys, RoomId } from './key-schedule.js'
export { label, u64be } from './label.js'
export { andThen } from './maybe-promise.js'
export type { MaybePromise } from './maybe-promise.js'
export { InvalidPersonaError, personaId, publicKeyOf } from './persona.js'
export type { PersonaId } from './persona.js'
export { NONCE_LENGTH, open, openEnvelope, seal, SEAL_OVERHEAD, sealEnvelope, TAG_LENGTH } from './seal.js'
export type { EnvelopeKeys } from './seal.js'
export { checkStamp, InvalidStampError, MAX_STAMP_BITS, mintStamp, STAMP_COST, STAMP_LENGTH, stampBits } from './stamp.js'
export type { StampInit } from './stamp.js'
