import { equals, fromString, toString } from 'uint8arrays'
import { isStanding } from '../room/index.ts'
import { STANDING_TIME } from '../sync/index.ts'
import type { AcceptCounts, RoomCore } from './room-core.ts'
import type { SyncSource } from '../sync/sync-api.ts'
import type { MessageId } from '../wire/index.ts'

export interface SyncSourceInit {
  core: RoomCore
  /** messages of a member were added */
  accepted (peer: string): void
  /** a member sent what nobody signed */
  lied (peer: string): void
  /** a comparison with a member said what it lacks */
  compared? (peer: string, lacks: (id: MessageId) => boolean): void
}

/** What one room holds, as members compare it. */
export function createSyncSource ({ core, accepted, lied, compared }: SyncSourceInit): SyncSource {
  let items: Array<{ time: number, id: Uint8Array }> | undefined
  let version = -1
  // what there was no room for is not asked for again
  const kept = (): number => {
    const { retention } = core.state.policy
    return Math.max(retention < 0 ? 0 : core.now() - retention, core.timeline.floor + 1)
  }
  return {
    items: () => {
      const { ordered } = core.timeline
      if (items == null || version !== core.timeline.version) {
        const all = ordered.map(m => ({ time: isStanding(m) ? STANDING_TIME : m.time, id: fromString(m.id, 'hex') }))
        items = [...all.filter(({ time }) => time === STANDING_TIME), ...all.filter(({ time }) => time !== STANDING_TIME)]
        version = core.timeline.version
      }
      return items
    },
    has: id => core.timeline.has(hex(id)),
    get: ids => core.encoded(ids.map(hex)),
    since: () => Math.max(kept(), core.state.policy.history === 'join' ? core.state.joined : 0),
    shares: kept,
    compared: (peer, lacks) => {
      compared?.(peer, id => {
        const bytes = fromString(id, 'hex')
        return lacks.some(each => equals(each, bytes))
      })
    },
    accept: async (encoded, peer) => {
      const counts: AcceptCounts = await core.accept(encoded)
      if (counts.invalid > 0) {
        lied(peer)
      }
      if (counts.added > 0) {
        accepted(peer)
      }
      return counts
    }
  }
}

function hex (id: Uint8Array): MessageId {
  return toString(id, 'hex') as MessageId
}
