import { epochAt, epochKeyFromSecret, generateKeyPair, personaId, roomIdFromSecret, sha256 } from '../crypto/index.ts'
import { InvalidParametersError, UnknownRoomError, checkedPolicy, completePolicy, CLOCK_SKEW_MS, isStanding } from '../room/index.ts'
import { checkInvite, decodeInvite } from '../wire/index.ts'
import { readyCharter } from './charters.ts'
import { ExpiryClock } from './expiry-clock.ts'
import { admissionOf, freshState, stateFromInvite } from './invited-state.ts'
import { checkName } from './plain-text.ts'
import { randomSeed } from './randomness.ts'
import { decodeRoomState } from './room-state.ts'
import { SecretAhead } from './secret-ahead.ts'
import type { Policy, Room, Rooms } from './api.ts'
import type { LeftRooms } from './left-rooms.ts'
import type { RoomFiles } from './room-file.ts'
import type { RoomState } from './room-state.ts'
import type { LiveRoom } from './room.ts'
import type { Store } from '../store/store-api.ts'
import type { Invite } from '../wire/index.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

export interface RoomRegistryInit {
  store: Store
  now (): number
  /** builds and starts a room from its state */
  open (state: RoomState, contacts: Multiaddr[], options?: AbortOptions): Promise<LiveRoom>
  files: Pick<RoomFiles, 'open' | 'merge'>
  log (level: 'error', message: string): void
}

/** The rooms of this node: made, joined, listed, left. */
export class RoomRegistry implements Rooms {
  readonly #init: RoomRegistryInit
  readonly #rooms = new Map<string, LiveRoom>()
  readonly #opening = new Map<string, Promise<LiveRoom>>()
  readonly #ahead: SecretAhead
  #left?: LeftRooms

  constructor (init: RoomRegistryInit) {
    this.#init = init
    this.#ahead = new SecretAhead({ now: init.now })
  }

  /** Rooms a person sees: lists are rooms too, but have their own place. */
  list (): LiveRoom[] {
    return [...this.#rooms.values()].filter(room => room.core.state.kind !== 'list')
  }

  all (): LiveRoom[] { return [...this.#rooms.values()] }

  get (room: string): LiveRoom {
    const found = this.#rooms.get(room)
    if (found == null) {
      throw new UnknownRoomError('No such room is open here. Use an ID from room.list, or join the room first.')
    }
    return found
  }

  find (room: string): LiveRoom | undefined { return this.#rooms.get(room) }

  async #opened (state: RoomState, contacts: Multiaddr[], options: AbortOptions): Promise<LiveRoom> {
    const known = this.#rooms.get(state.room)
    if (known != null) {
      return known
    }
    let opening = this.#opening.get(state.room)
    if (opening == null) {
      opening = (async () => {
        await this.#left?.remove(state.room)
        const room = await this.#init.open(state, contacts, options)
        this.#rooms.set(state.room, room)
        return room
      })().finally(() => { this.#opening.delete(state.room) })
      this.#opening.set(state.room, opening)
    }
    return opening
  }

  #state (fields: Pick<RoomState, 'room' | 'name' | 'kind' | 'policy' | 'epoch' | 'key'> & Partial<RoomState>): RoomState {
    return freshState(fields, this.#init.now())
  }

  async create (options: { name: string, kind: 'open' | 'invite' | 'direct' | 'list', passphrase?: string, policy?: Partial<Policy>, charter?: unknown } & AbortOptions): Promise<LiveRoom> {
    const name = checkName(options.name)
    const policy = checkedPolicy(options.policy)
    const charter = options.charter == null ? undefined : readyCharter(options.charter, policy)
    if (options.kind === 'open') {
      const room = await this.#byName(name, options.passphrase, policy, options)
      if (charter != null) {
        // nobody founds an open room: this is the first proposal
        await room.core.voice.say({ kind: 'charter', charter }, options)
      }
      return room
    }
    if (options.kind !== 'invite' && options.kind !== 'direct' && options.kind !== 'list') {
      throw new InvalidParametersError('kind must be "open" or "invite".')
    }
    if (options.passphrase != null) {
      throw new InvalidParametersError('passphrase is for open rooms; an invite-only room has a random secret.')
    }
    // S is needed only for K(e) of now and the room ID; it is forgotten when this returns
    const secret = randomSeed()
    const now = this.#init.now()
    const epoch = epochAt(now - CLOCK_SKEW_MS, policy.epoch)
    const persona = randomSeed()
    const founder = personaId(generateKeyPair(persona).publicKey)
    if (options.kind === 'list') {
      policy.writers = 'founder'
    }
    const state = this.#state({ room: roomIdFromSecret(secret), name, kind: options.kind, policy, epoch, key: epochKeyFromSecret(secret, epoch), persona, founder, charterHash: charter == null ? undefined : sha256(charter) })
    secret.fill(0)
    const room = await this.#opened(state, [], options)
    if (charter != null) {
      await room.hello(options)
      await room.core.voice.say({ kind: 'charter', charter }, options)
    }
    return room
  }

  async #byName (name: string, passphrase: string | undefined, policy: Policy, options: AbortOptions): Promise<LiveRoom> {
    if (policy.writers === 'founder' || policy.writers.length === 0) {
      throw new InvalidParametersError('policy.writers cannot be "founder" or nobody in an open room, which nobody founds: nobody could write.')
    }
    const keys = await this.#ahead.take(name, passphrase, policy.epoch, options)
    return this.#opened(this.#state({ room: roomIdFromSecret(keys.secret), name, kind: 'open', policy, ...keys }), [], options)
  }

  /** Somebody is typing this name of an open room, and may join it. */
  prepare ({ name, passphrase }: { name: string, passphrase?: string }): void { this.#ahead.begin(name.trim(), passphrase, completePolicy().epoch) }

  /** Forgets what was prepared. */
  stop (): void {
    this.#ahead.stop()
    this.#left?.stop()
  }

  async join (options: ({ invite: string | Invite } | { name: string, passphrase?: string, policy?: Partial<Policy> }) & AbortOptions): Promise<LiveRoom> {
    if ('name' in options && options.name != null) {
      return this.#byName(checkName(options.name), options.passphrase, checkedPolicy(options.policy), options)
    }
    if (!('invite' in options) || options.invite == null) {
      throw new InvalidParametersError('give an invite, or the name of an open room.')
    }
    const invite = typeof options.invite === 'string' ? decodeInvite(options.invite) : options.invite
    if (invite.kind === 'list' && typeof options.invite === 'string') {
      throw new InvalidParametersError('This is the address of a list, not an invite to a room. Follow it with list.subscribe.')
    }
    const now = this.#init.now()
    checkInvite(invite, now)
    const known = this.#rooms.get(invite.room)
    if (known != null) {
      if (known.core.voice.refused) {
        await known.readmit(admissionOf(invite), options)
      }
      return known
    }
    return this.#opened(stateFromInvite(invite, now), invite.contacts, options)
  }

  async import (file: Uint8Array | AsyncIterable<Uint8Array>, passphrase?: string, options: AbortOptions = {}): Promise<Room> {
    const bundle = await this.#init.files.open(file, passphrase)
    try {
      // who is in the room already needs no way in, however old the file is
      const room = this.#rooms.get(bundle.room) ?? await this.join({ ...options, invite: bundle.invite })
      await this.#init.files.merge(room.core, bundle, options)
      return room
    } finally {
      await bundle.chunks.return(undefined)
    }
  }

  /** Opens what the store holds. A room that cannot be read is reported, and keeps the others from nothing. */
  async restore (restored: (state: RoomState) => Promise<LiveRoom>, failed: (room: string, error: unknown) => void): Promise<void> {
    const states: RoomState[] = []
    const each = async <T>(items: T[], idOf: (item: T) => string, run: (item: T) => Promise<void>): Promise<void> => {
      for (const item of items) {
        try {
          await run(item)
        } catch (error) {
          failed(idOf(item), error)
        }
      }
    }
    await each(await this.#init.store.rooms(), id => id, async id => {
      const stored = await this.#init.store.room(id)
      const bytes = await stored.getState('room')
      if (bytes == null) {
        await (await this.#leftRooms()).add(id)
      } else {
        states.push(decodeRoomState(bytes))
      }
    })
    // lists first: what is said in other rooms is judged by them from the first message on
    states.sort((a, b) => Number(b.kind === 'list') - Number(a.kind === 'list'))
    await each(states, state => state.room, async state => { this.#rooms.set(state.room, await restored(state)) })
  }

  remove (room: string): void { this.#rooms.delete(room) }

  /** A page that leaves no room loads nothing for it. */
  async #leftRooms (): Promise<LeftRooms> {
    const { LeftRooms } = await import('./left-rooms.ts')
    this.#left ??= new LeftRooms({ ...this.#init, clock: init => new ExpiryClock(init), isStanding })
    return this.#left
  }

  async left ({ core }: LiveRoom): Promise<void> { await (await this.#leftRooms()).leave(core) }
}
