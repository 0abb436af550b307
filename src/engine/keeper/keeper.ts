import { compartmentsOf } from '../../network/compartments.ts'
import { InvalidParametersError } from '../../room/index.ts'
import { openStore } from '../../store/index.ts'
import { InvalidInviteError, checkInvite, decodeInvite } from '../../wire/index.ts'
import { networkOf, readAddresses } from '../addresses.ts'
import { CharterOffice } from '../charters.ts'
import { stateFromInvite } from '../invited-state.ts'
import { decodeRoomState } from '../room-state.ts'
import { KeptRoom } from './kept-room.ts'
import { KEPT_STATE } from './kept-state.ts'
import type { Compartments } from '../../network/compartments.ts'
import type { Store } from '../../store/store-api.ts'
import type { UndertoneInit } from '../api.ts'
import type { RoomState } from '../room-state.ts'

/** Rooms one keeper keeps: each has a host of its own. */
export const MAX_KEPT_ROOMS = 16
/** How long anything is kept at most, ms, unless it is said otherwise; a room's policy may say less. */
export const KEEP_FOR_MS = 30 * 86_400_000
/** Envelopes of one room at most, bytes, unless it is said otherwise: on a disk, and in memory. */
export const KEEP_BYTES = 256 * 1024 * 1024
export const KEEP_MEMORY_BYTES = 64 * 1024 * 1024

/** How a keeper is reached, what it keeps and for how long; see {@link UndertoneInit} for what each network setting does. */
export interface KeeperInit extends Pick<UndertoneInit, 'profile' | 'dht' | 'bootstrap' | 'listen' | 'announce' | 'tls' | 'proxy' | 'sharedHost' | 'maxConnections' | 'data' | 'passphrase' | 'store' | 'now' | 'log'> {
  /** rooms to keep, besides those that `data` has kept before */
  invites: string[]
  /** addresses of relays to be found at, like one's own */
  contacts?: string[]
  /** longest anything is kept, ms */
  keepFor?: number
  /** most bytes of one room's envelopes */
  maxBytes?: number
}

/** What a keeper says of one of its rooms: nothing that was said in it. */
export interface KeptRoomStatus { room: string, messages: number, bytes: number, members: number, addresses: string[] }

/** A keeper that runs. */
export interface Keeper {
  rooms (): KeptRoomStatus[]
  stop (): Promise<void>
}

/**
 * An always-on node that holds rooms' sealed messages for members who are away. It is let in by an
 * invite, says nothing, has no persona, and cannot read what it holds once its epoch is over.
 */
class RoomsKeeper implements Keeper {
  readonly #init: KeeperInit
  readonly #store: Store
  readonly #compartments: Compartments
  readonly #rooms = new Map<string, KeptRoom>()
  readonly #charters: CharterOffice

  constructor (init: KeeperInit, store: Store) {
    this.#init = init
    this.#store = store
    this.#compartments = compartmentsOf(networkOf(init))
    this.#charters = new CharterOffice({ rooms: { list: () => [], get: () => { throw new InvalidParametersError('A keeper shows no rooms.') } }, now: () => this.#now(), emit: () => {} })
  }

  #now (): number { return this.#init.now?.() ?? Date.now() }

  rooms (): KeptRoomStatus[] {
    return [...this.#rooms.values()].map(room => ({ room: room.id, messages: room.messages, bytes: room.bytes, members: room.members().length, addresses: room.addresses().map(String) }))
  }

  async start (): Promise<void> {
    const { invites } = this.#init
    const store = this.#store
    const states = new Map<string, RoomState>()
    for (const id of await store.rooms()) {
      const bytes = await (await store.room(id)).getState(KEPT_STATE)
      if (bytes != null) {
        states.set(id, decodeRoomState(bytes))
      }
    }
    for (const text of invites) {
      const invite = decodeInvite(text)
      // what it kept goes on from the key it has now
      if (!states.has(invite.room)) {
        checkInvite(invite, this.#now())
        // it is let in by the epoch's key, and never needs the invite's own
        states.set(invite.room, { ...stateFromInvite(invite, this.#now()), admission: undefined })
      }
    }
    if (states.size > MAX_KEPT_ROOMS) {
      throw new InvalidParametersError(`One keeper keeps at most ${MAX_KEPT_ROOMS} rooms. Start another one with another --data folder.`)
    }
    for (const state of states.values()) {
      await this.#keep(state)
    }
  }

  async #keep (state: RoomState): Promise<void> {
    const store = this.#store
    const { contacts = [], keepFor = KEEP_FOR_MS, maxBytes = store.ephemeral ? KEEP_MEMORY_BYTES : KEEP_BYTES, log } = this.#init
    if (state.kind === 'list') {
      throw new InvalidInviteError('A list needs no keeper: all who follow it hold it.')
    }
    if (state.policy.retention === 0) {
      throw new InvalidInviteError('This room keeps nothing, so there is nothing to keep for it.')
    }
    const room = new KeptRoom({
      state,
      store: await store.room(state.room),
      network: networkOf(this.#init),
      createCompartment: this.#compartments.create,
      charters: this.#charters,
      contacts: readAddresses([...new Set([...state.contacts, ...contacts])], 'contacts') ?? [],
      keepFor,
      maxBytes,
      now: () => this.#now(),
      log: (level, message) => { log?.(level, message) }
    })
    this.#rooms.set(state.room, room)
    await room.start()
  }

  async stop (): Promise<void> {
    this.#charters.stop()
    await Promise.allSettled([...this.#rooms.values()].map(async room => room.stop()))
    await this.#compartments.stop()
    await this.#store.close()
  }
}

/**
 * Starts a keeper. Without `data` and `passphrase` it keeps in memory only; with them it goes on where
 * it stopped, and what it holds is sealed twice.
 *
 * @throws {InvalidInviteError} for an invite that opens nothing, or a room that cannot be kept
 * @throws {WrongPassphraseError} when the passphrase does not open the store
 */
export async function createKeeper (init: KeeperInit): Promise<Keeper> {
  const keeper = new RoomsKeeper(init, init.store ?? await openStore({ data: init.data, passphrase: init.passphrase, now: init.now }))
  try {
    await keeper.start()
    return keeper
  } catch (error) {
    await keeper.stop()
    throw error
  }
}
