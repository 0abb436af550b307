/**
 * What members hold, compared and exchanged when they meet: set reconciliation over member streams,
 * and bundles, which do the same over files. Knows messages as bytes with an ID; whether they are
 * to be believed is its caller's judgement.
 *
 * @packageDocumentation
 */
export { createSync } from './sync.js'
export { exportBundle, importBundle } from './bundle.js'
export type { Bundle } from './bundle.js'
export { InvalidBundleError, SyncInterruptedError, SyncProtocolError } from './errors.js'
export type { Sync, SyncProgress, SyncSource } from './sync-api.js'
