/**
 * Undertone: group chat with no server and no accounts, for people who must not be followed.
 *
 * ```typescript
 * import { createUndertone } from 'undertone'
 *
 * const undertone = await createUndertone({ profile: 'private' })
 * const room = await undertone.rooms.join({ name: 'kitchen' })
 * await room.send('hello')
 * for await (const message of room.messages()) {
 *   console.log(message.petname, message.text)
 * }
 * ```
 *
 * What can go wrong is a class of its own, told apart by its `name`; each message says what to do.
 * Whatever waits takes an `AbortSignal` as `signal`. Times are ms since 1970; IDs are opaque strings.
 *
 * @packageDocumentation
 */
export { createUndertone } from './engine/create.ts'
export { createKeeper } from './engine/keeper/keeper.ts'
export { createRelay } from './engine/relay.ts'
export type { Keeper, KeeperInit, KeptRoomStatus } from './engine/keeper/keeper.ts'
export type { Relay, RelayInit } from './engine/relay.ts'
export * from './engine/errors.ts'
export { InvalidRoomNameError, WrongPassphraseError } from './crypto/index.ts'
export { InvalidListError, InvalidReportError, ListTooLargeError } from './moderation/errors.ts'
export { CorruptRecordError, CorruptVaultError, DataInUseError, DiskFullError, PassphraseNotUsableError, ReadOnlyStoreError, StoreClosedError } from './store/errors.ts'
export { InvalidBundleError } from './sync/errors.ts'
export { builtinClassifier, httpClassifier, InvalidModelError, MissingRuntimeError, ModelServerError, NotLoopbackError, onnxClassifier } from './moderation/classifier/index.ts'
export type { Classifier, HttpClassifierInit, Label, OnnxClassifierInit, OnnxRuntime, ReadModelFile, Scores } from './moderation/classifier/index.ts'
export type * from './engine/api.ts'
export type * from './moderation/moderation-api.ts'
export type { Announcement, ConnectionInfo, DhtMode, Profile } from './network/compartment-api.ts'
export type { NewRecord, PackedRecord, RoomStore, Store, StoredRecord } from './store/index.ts'
export { VERSION } from './version.ts'
