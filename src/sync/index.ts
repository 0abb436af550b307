/**
 * What members hold, compared and exchanged when they meet: set reconciliation over member streams,
 * and bundles, which do the same over files. Knows messages as bytes with an ID; whether they are
 * to be believed is its caller's judgement. Bundles are imported from `bundle.ts`: a page that opens no
 * room file does not load them.
 *
 * @packageDocumentation
 */
export { createSync } from './sync.ts'
export { announceKeeper, fetchSealed, readAnnouncement, serveSealed } from './sealed.ts'
export type { Bundle, OpenBundle } from './bundle.ts'
export type { Pieces } from './pieces.ts'
export { InvalidBundleError, SyncInterruptedError, SyncProtocolError } from './errors.ts'
export { compareItems } from './item-set.ts'
export { STANDING_TIME } from './sync-api.ts'
export type { SealedMessage } from './sealed.ts'
export type { AgeProof, Sync, SyncProgress, SyncSource } from './sync-api.ts'
export type { Item } from './item-set.ts'
