import { BoundedMap, BoundedSet, TokenBucket } from './limits.ts'
import { markOf, MAX_SERVED, servedTag } from './spread-mark.ts'
import type { Clock } from './limits.ts'
import type { ServedTag } from './spread-mark.ts'

/** Envelopes above this go from neighbour to neighbour: one member does not send them to everybody. */
export const MAX_SPREAD_BYTES = 4 * 1024

/** With more neighbours the mesh is cheaper when processors are full: its few links carry many envelopes in one frame (bench/README.md). */
export const MAX_SPREAD_PEERS = 16

/** A neighbour for whom so much waits is left to others: it is sent an envelope, and not named in the mark. */
export const LATE_BYTES = 128 * 1024

/** So many of those who are served acknowledge an envelope: one is enough for its author, who mostly is somebody else. */
const ACKNOWLEDGED_BY = 3

/** Envelopes kept back from neighbours who were named, until these are asked whether they have them. */
export const MAX_KEPT_BACK = 4_096

/** Envelopes of one spreader that somebody it named had not got; a member that dies or a slow link costs a few. */
const MISSED = { capacity: 12, perSecond: 0.1 }
const DISTRUST_MS = 10 * 60_000
/** Spreaders remembered, and names in one topic. */
const MAX_PEERS = 256
const MAX_TOPICS = 8

export interface SpreadMarksInit {
  now?: Clock
}

interface KeptBack {
  id: Uint8Array
  peers: string[]
}

/**
 * Who ends a stem sends the envelope to all its neighbours and names them in a mark, so that nobody
 * passes it on to who has it. Nothing but speed rests on a mark: whoever was named is asked a moment later
 * whether it has got the envelope, and who names members it does not serve is soon not believed.
 * Knows nothing of how gossip works; one for each room.
 */
export class SpreadMarks {
  readonly #init: SpreadMarksInit
  /** marks of envelopes as they were decoded; go with them */
  readonly #marks = new WeakMap<Uint8Array, { tags: Set<ServedTag>, from: string }>()
  /** names by topic and peer: of a few epochs, as many as there are neighbours */
  readonly #names = new BoundedMap<string, BoundedMap<string, ServedTag>>({ max: MAX_TOPICS })
  readonly #missed: BoundedMap<string, TokenBucket>
  readonly #distrusted: BoundedSet<string>
  /** of the time before the last look, and since */
  #older = new Map<string, KeptBack[]>()
  #newer = new Map<string, KeptBack[]>()
  #keptBack = 0

  constructor (init: SpreadMarksInit = {}) {
    this.#init = init
    this.#missed = new BoundedMap({ max: MAX_PEERS, now: init.now })
    this.#distrusted = new BoundedSet({ max: MAX_PEERS, ttl: DISTRUST_MS, now: init.now })
  }

  /** Names who is served; in any order, so that the first is nobody special. */
  markFor (topic: string, peers: string[]): Uint8Array {
    return markOf(peers.slice(0, MAX_SERVED).map(peer => this.#name(topic, peer)).sort((a, b) => a - b))
  }

  /** An envelope came from a peer with a mark. */
  received (envelope: Uint8Array, tags: Set<ServedTag>, from: string): void {
    if (!this.#distrusted.has(from)) {
      this.#marks.set(envelope, { tags, from })
    }
  }

  /** Of these neighbours, those who are said to have the envelope. */
  served (envelope: Uint8Array, topic: string, neighbours: Iterable<string>): Set<string> {
    const mark = this.#marks.get(envelope)
    const served = new Set<string>()
    if (mark != null) {
      for (const peer of neighbours) {
        if (peer !== mark.from && mark.tags.has(this.#name(topic, peer))) {
          served.add(peer)
        }
      }
    }
    return served
  }

  /** Whether it falls to this member to acknowledge: to all if nobody was named, else to a few whom the envelope itself chooses. */
  acknowledges (envelope: Uint8Array, topic: string, self: string): boolean {
    const named = [...this.#marks.get(envelope)?.tags ?? []]
    const place = named.indexOf(this.#name(topic, self))
    return place < 0 || (place + envelope[0]) % named.length < ACKNOWLEDGED_BY
  }

  /** An envelope was not passed on to these. */
  keepBack (topic: string, id: Uint8Array, peers: string[]): void {
    if (peers.length > 0 && this.#keptBack < MAX_KEPT_BACK) {
      const entries = this.#newer.get(topic) ?? []
      this.#newer.set(topic, entries)
      entries.push({ id, peers })
      this.#keptBack++
    }
  }

  /**
   * What each neighbour may still lack, by topic; called about once a second. What is younger than a
   * second waits for the next time: it may be on its way.
   */
  due (): Map<string, Map<string, Uint8Array[]>> {
    const due = new Map<string, Map<string, Uint8Array[]>>()
    for (const [topic, entries] of this.#older) {
      const byPeer = new Map<string, Uint8Array[]>()
      due.set(topic, byPeer)
      for (const { id, peers } of entries) {
        for (const peer of peers) {
          const ids = byPeer.get(peer) ?? []
          byPeer.set(peer, ids)
          ids.push(id)
        }
      }
    }
    this.#older = this.#newer
    this.#newer = new Map()
    this.#keptBack = [...this.#older.values()].reduce((sum, entries) => sum + entries.length, 0)
    return due
  }

  /** A neighbour asked for an envelope: who claimed to have served it has its claim held against it. */
  asked (envelope: Uint8Array, topic: string, peer: string): void {
    const mark = this.#marks.get(envelope)
    if (mark == null || mark.from === peer || !mark.tags.has(this.#name(topic, peer))) {
      return
    }
    let missed = this.#missed.get(mark.from)
    if (missed == null) {
      missed = new TokenBucket({ ...MISSED, now: this.#init.now })
      this.#missed.set(mark.from, missed)
    }
    // once for each envelope: who asks for everything again convicts nobody
    this.#marks.delete(envelope)
    if (!missed.take()) {
      this.#distrusted.add(mark.from)
    }
  }

  trusts (peer: string): boolean { return !this.#distrusted.has(peer) }

  #name (topic: string, peer: string): ServedTag {
    let names = this.#names.get(topic)
    if (names == null) {
      names = new BoundedMap({ max: MAX_PEERS })
      this.#names.set(topic, names)
    }
    let name = names.get(peer)
    if (name == null) {
      name = servedTag(topic, peer)
      names.set(peer, name)
    }
    return name
  }
}
