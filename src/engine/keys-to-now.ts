import { EpochRangeError, MAX_ADVANCE, epochAt } from '../crypto/index.ts'
import { CLOCK_SKEW_MS, walkKey } from '../room/index.ts'
import { CUT_OFF_MS } from './catch-up.ts'
import { MAX_AGES } from './membership-age.ts'
import type { RoomState } from './room-state.ts'
import type { AbortOptions } from '@libp2p/interface'

/**
 * The way from the key that a state holds, an old invite's or that of a device that was off, to about
 * now, walked before the room is open and so that nothing stands still. What the room keeps no longer
 * is behind the state's own key afterwards, as it would be an instant later; the key returned begins the room's ring, and
 * is as far back as ages are noted. An open room needs none: its secret gives any epoch's key.
 *
 * @throws {EpochRangeError} when it is more than MAX_ADVANCE epochs
 */
export async function keysToNow (state: RoomState, now: number, options: AbortOptions = {}): Promise<{ epoch: number, key: Uint8Array } | undefined> {
  const { policy: { epoch: length, retention }, behind } = state
  if (state.secret != null) {
    return undefined
  }
  const begin = epochAt(Math.max(0, now - CLOCK_SKEW_MS), length) - MAX_AGES - 1
  if (begin - state.epoch > MAX_ADVANCE) {
    throw new EpochRangeError('This key is too old to be moved forward. Check the clock of this device, or ask for a new invite.')
  }
  const kept = epochAt(Math.max(0, now - (retention < 0 ? CUT_OFF_MS : Math.min(retention, CUT_OFF_MS)) - CLOCK_SKEW_MS), length)
  const first = Math.min(kept, begin)
  if (state.epoch < first) {
    const key = await walkKey(state.key, state.epoch, first, options)
    state.key.fill(0)
    Object.assign(state, { key, epoch: first })
  }
  if (behind != null && behind.epoch < kept) {
    const key = await walkKey(behind.key, behind.epoch, kept, options)
    behind.key.fill(0)
    Object.assign(behind, { key, epoch: kept })
  }
  return state.epoch < begin ? { epoch: begin, key: await walkKey(state.key, state.epoch, begin, options) } : undefined
}
