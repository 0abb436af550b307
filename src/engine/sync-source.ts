import { isStanding } from '../room/index.ts'
import { STANDING_TIME, compareItems } from '../sync/index.ts'
import type { AcceptCounts, RoomCore } from './room-core.ts'
import type { Item, SyncSource } from '../sync/index.ts'
import type { MessageId, SignedMessage } from '../wire/index.ts'

export interface SyncSourceInit {
  core: RoomCore
  /** this host, as members know it */
  self? (): string
  /** since when a member is connected, ms */
  met? (peer: string): number | undefined
  /** messages of a member were added */
  accepted (peer: string): void
  /** a member sent what nobody signed */
  lied (peer: string): void
  /** a comparison with a member said what it lacks */
  compared? (peer: string, lacks: (id: MessageId) => boolean): void
}

/** What one room holds, as members compare it. */
export function createSyncSource ({ core, self = () => '', met, accepted, lied, compared }: SyncSourceInit): SyncSource {
  let items: readonly Item[] | undefined
  let version = -1
  // what there was no room for is not asked for again
  const kept = (): number => {
    const { retention } = core.state.policy
    return Math.max(retention < 0 ? 0 : core.now() - retention, core.timeline.floor + 1)
  }
  return {
    items: () => {
      if (items == null || version !== core.timeline.version) {
        const { ordered } = core.timeline
        items = [...standingItems(core), ...ordered.filter(message => !isStanding(message))]
        version = core.timeline.version
      }
      return items
    },
    has: id => core.timeline.has(id as MessageId),
    get: async (ids, since) => encodedSince(core, ids as MessageId[], since),
    since: () => Math.max(kept(), core.state.policy.history === 'join' ? core.state.joined : 0),
    shares: kept,
    // where nothing is kept for later, who was here when it was said may still ask for what it missed
    sharesWith: peer => core.state.policy.retention === 0 ? Math.min(kept(), met?.(peer) ?? Infinity) : kept(),
    proofs: peer => core.age.proofs(self(), peer),
    allows: (peer, shown) => core.age.since(peer, self(), shown),
    compared: (peer, lacks) => { compared?.(peer, id => lacks.includes(id)) },
    accept: async (encoded, peer, ids) => {
      const counts: AcceptCounts = await core.accept(encoded, ids as MessageId[])
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

/** What later messages are judged by: it has no time when it is compared. */
export function standingItems ({ timeline }: RoomCore): Item[] {
  return timeline.ordered.filter(isStanding).map(({ id }) => ({ time: STANDING_TIME, id })).sort(compareItems)
}

/** Those of `ids` that whoever may have nothing from before `since`, ms, may have; nothing that is to be gone by now. */
export async function encodedSince (core: RoomCore, ids: MessageId[], since: number): Promise<Uint8Array[]> {
  const now = core.now()
  return core.encoded(ids, (message: SignedMessage) => isStanding(message) || (message.time >= since && (message.expires ?? Infinity) > now))
}
