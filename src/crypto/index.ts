/**
 * Keys and what is done with them: the key schedule of rooms, personas, sealing, stamps. Pure
 * functions without I/O; what is remembered between calls are memos of pure values, bounded.
 * Node.js uses node:crypto, browsers WebCrypto or noble; nothing here is cryptography of our own.
 *
 * @packageDocumentation
 */
export { argon2id, PASSPHRASE_COST } from './argon2.ts'
export type { Argon2Cost } from './argon2.ts'
export { caseFold } from './case-fold.ts'
export { generateKeyPair, sign, verify } from './ed25519.ts'
export { constantTimeEqual, hkdfSha256, hmacSha256, sha256, sha256Hex } from './hash.ts'
export { fromHex, toHex, toHexEach } from './hex.ts'
export { generateSealingKeyPair, InvalidSealError, openSealed, SEALED_OVERHEAD, SEALING_PRIVATE_KEY_LENGTH, SEALING_PUBLIC_KEY_LENGTH, sealTo } from './hpke.ts'
export type { SealingKeyPair } from './hpke.ts'
export { InvalidKeyError, KEY_LENGTH, SIGNATURE_LENGTH } from './key-pair.ts'
export type { KeyPair } from './key-pair.ts'
export { advance, ageKey, ANCHOR_INTERVAL, canonicalRoomName, DEFAULT_EPOCH_LENGTH_MS, epochAt, epochKeyFromSecret, epochKeys, EpochRangeError, genesisKey, InvalidRoomIdError, InvalidRoomNameError, MAX_ADVANCE, nextEpochKey, ratchet, roomIdBytes, roomIdFromSecret, roomSecretFromName, toRoomId } from './key-schedule.ts'
export type { Epoch, EpochKey, EpochKeys, RoomId } from './key-schedule.ts'
export { label, u64be } from './label.ts'
export { andThen } from './maybe-promise.ts'
export type { MaybePromise } from './maybe-promise.ts'
export { packBytes, packedToHex, packedWriter, unpackBytes } from './packed-bytes.ts'
export { WrongPassphraseError } from './passphrase.ts'
export { InvalidPersonaError, personaId, personaIdOfPacked, publicKeyOf } from './persona.ts'
export type { PersonaId } from './persona.ts'
export { NONCE_LENGTH, open, openEnvelope, seal, SEAL_OVERHEAD, sealEnvelope, TAG_LENGTH } from './seal.ts'
export type { EnvelopeKeys } from './seal.ts'
export { checkStamp, InvalidStampError, MAX_STAMP_BITS, mintStamp, STAMP_COST, STAMP_LENGTH, stampBits } from './stamp.ts'
export type { StampInit } from './stamp.ts'
