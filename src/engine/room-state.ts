import { fromString, toString } from 'uint8arrays'
import { completePolicy } from '../room/policy.ts'
import type { RoomId } from '../crypto/index.ts'
import type { Policy } from '../room/policy.ts'

/** Who may call a reader by name: everybody, members past probation, or nobody. */
export type MentionRule = 'everyone' | 'members' | 'nobody'

/** Everything of a room that must survive a restart, besides its messages. Keys are base64url. */
export interface RoomState {
  version: 1
  room: RoomId
  name: string
  kind: 'open' | 'invite' | 'direct' | 'list'
  policy: Policy
  /** oldest epoch key held */
  epoch: number
  key: Uint8Array
  /** the key this device left with, until it has caught up with a keeper, or the time in ms that this may take is over */
  behind?: { epoch: number, key: Uint8Array, until: number }
  /** room secret, open rooms only */
  secret?: Uint8Array
  founder: string | null
  charterHash?: Uint8Array
  /** policy without what votes amended */
  basePolicy?: Policy
  /** seed of the persona's Ed25519 key */
  persona: Uint8Array
  /** X-Wing private key, for what is sealed to the persona */
  sealingKey?: Uint8Array
  /** how this persona was let in */
  admission?: { inviteSeed: Uint8Array, certificate: Uint8Array }
  /** end of this persona's chain */
  head?: { sequence: number, id: string }
  /** this persona's messages up to this number have reached some other member */
  told?: number
  /** age keys by epoch, base64url: what shows since when this host has been in the room */
  ages?: Record<string, string>
  /** what this device wrote on the invites it made last, by the invite's public key, hex */
  labels?: Record<string, string>
  petname: string
  petnames: Record<string, string>
  contacts: string[]
  /** the invite named addresses of a local network: that is where this room lives */
  local?: boolean
  /** a list's maintainer: the ports it was found at last, by carrier */
  ports?: Record<string, number>
  joined: number
  /** time of the newest message read, ms */
  read: number
  /** personas on probation: when this device first heard of them, ms */
  newcomers?: Record<string, number>
  /** when the probation in force was voted in, ms; absent: it is as old as the room */
  probationSince?: number
  /** who may call this reader by name here */
  mentions?: MentionRule
  /** typed here and not said yet; `time`: since when, ms */
  draft?: { text: string, time: number }
  /** the room its founder moved it to */
  movedTo?: string
  /** a room of two: the room it was opened in, as whom, and with whom */
  pair?: { room: string, self: string, persona: string }
  /** personas burned here by their owner: still "self" for what they said */
  former: string[]
}

const BYTES = new Set(['key', 'secret', 'charterHash', 'persona', 'sealingKey', 'inviteSeed', 'certificate'])

/** For the store. Where a room keeps no messages there, it keeps no draft of one either. */
export function encodeRoomState (state: RoomState): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(state.policy.retention === 0 ? { ...state, draft: undefined } : state, (_, value) => value instanceof Uint8Array ? toString(value, 'base64url') : value))
}

export function decodeRoomState (bytes: Uint8Array): RoomState {
  const state = JSON.parse(new TextDecoder().decode(bytes), function (this: object, name, value) {
    // a pair's persona is an ID, not a seed
    return BYTES.has(name) && typeof value === 'string' && !('self' in this) ? fromString(value, 'base64url') : value
  })
  return { ...state, policy: completePolicy(state.policy) }
}
