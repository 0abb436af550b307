import { streamPair } from '@libp2p/utils'
import { epochKeyFromSecret, generateKeyPair, personaId, roomIdFromSecret } from '../../src/crypto/index.ts'
import { RoomCore } from '../../src/engine/room-core.ts'
import { decodeRoomState, encodeRoomState } from '../../src/engine/room-state.ts'
import { createSyncSource } from '../../src/engine/sync-source.ts'
import { completePolicy } from '../../src/room/index.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { createSync } from '../../src/sync/index.ts'
import { encodePayload, signMessage } from '../../src/wire/index.ts'
import type { RoomState } from '../../src/engine/room-state.ts'
import type { Policy } from '../../src/room/index.ts'
import type { RoomStore } from '../../src/store/index.ts'
import type { Sync, SyncProgress, SyncSource } from '../../src/sync/index.ts'
import type { KnownBody, MessageId, SignedMessage } from '../../src/wire/index.ts'
import type { Stream } from '@libp2p/interface'

export const NOW = 1_700_000_000_000
const secret = new Uint8Array(32).fill(1)
export const ROOM = roomIdFromSecret(secret)

/** A persona that says what it is told to, honest or not. */
export class Author {
  readonly pair
  sequence = 0
  previous?: MessageId
  constructor (seed: number) { this.pair = generateKeyPair(new Uint8Array(32).fill(seed)) }
  get id (): ReturnType<typeof personaId> { return personaId(this.pair.publicKey) }

  async say (body: KnownBody, time = NOW, at: { sequence?: number, previous?: MessageId, expires?: number } = {}): Promise<SignedMessage> {
    const sequence = at.sequence ?? this.sequence
    const message = await signMessage(this.pair.privateKey, ROOM, encodePayload({ authorKey: this.pair.publicKey, sequence, previous: sequence === 0 ? undefined : at.previous ?? this.previous, seen: [], time, expires: at.expires, body }))
    this.sequence = sequence + 1
    this.previous = message.id
    return message
  }

  async text (words: string, time?: number): Promise<SignedMessage> { return this.say({ kind: 'text', text: words, mentions: [] }, time) }
  async run (count: number, from = NOW - 60_000): Promise<SignedMessage[]> {
    const messages = []
    for (let i = 0; i < count; i++) {
      messages.push(await this.text(`${i}`, from + i))
    }
    return messages
  }
}

/** A member without a network: its room, and how it compares what it holds with another. */
export class Member {
  readonly store: RoomStore
  readonly skew: number
  /** as others know its host */
  readonly name: string
  core!: RoomCore
  source!: SyncSource
  sync!: Sync
  lies = 0
  /** since when others are connected, by name */
  readonly met = new Map<string, number>()
  static clock = NOW

  constructor (store: RoomStore, skew: number, name: string) {
    this.name = name
    this.store = store
    this.skew = skew
  }

  static async create ({ seed, skew = 0, policy, state }: { seed: number, skew?: number, policy?: Partial<Policy>, state?: Partial<RoomState> }): Promise<Member> {
    const member = new Member(await new MemoryStore({ now: () => Member.clock }).room(ROOM), skew, `host ${seed}`)
    const complete = completePolicy(policy)
    const epoch = Math.floor((NOW - 120_000) / complete.epoch)
    await member.open({ version: 1, room: ROOM, name: 'r', kind: 'open', policy: complete, epoch, key: epochKeyFromSecret(secret, epoch), secret: secret.slice(), founder: null, persona: new Uint8Array(32).fill(seed), petname: '', petnames: {}, contacts: [], joined: NOW, read: 0, former: [], ...state })
    return member
  }

  async open (state: RoomState): Promise<void> {
    this.core = new RoomCore({
      state,
      store: this.store,
      durable: true,
      now: () => Member.clock + this.skew,
      onMessage: () => {},
      onMember: () => {},
      onDelivery: () => {},
      log: () => {}
    })
    this.core.epochs()
    await this.core.load()
    this.source = createSyncSource({ core: this.core, self: () => this.name, met: peer => this.met.get(peer), accepted: () => {}, lied: () => { this.lies++ } })
    this.sync = createSync(this.source)
  }

  async restart (): Promise<void> {
    const state = decodeRoomState(encodeRoomState(this.core.state))
    await this.core.close()
    await this.open(state)
  }

  async say (text: string): Promise<SignedMessage> { return this.core.voice.say({ kind: 'text', text, mentions: [] }) }
  get ids (): string[] { return this.core.timeline.ordered.map(message => message.id) }
  async close (): Promise<void> { await this.core.close() }
}

/** Bytes both ways, as both ends see them. */
export async function pair (): Promise<[Stream, Stream]> { return streamPair({ delay: 0 }) }

/** Two members compare what they hold; `cut` ends it after so many batches. */
export async function meet (a: Member, b: Member, { cut = Infinity }: { cut?: number } = {}): Promise<SyncProgress | undefined> {
  const [here, there] = await pair()
  const controller = new AbortController()
  let batches = 0
  const served = b.sync.serve(there, a.name, { signal: controller.signal }).catch(() => {})
  const result = await a.sync.run(here, b.name, {
    signal: controller.signal,
    onProgress: () => {
      if (++batches > cut) {
        controller.abort(new Error('cut'))
      }
    }
  }).catch(error => {
    if (!controller.signal.aborted) {
      throw error
    }
    return undefined
  })
  await served
  return result
}
