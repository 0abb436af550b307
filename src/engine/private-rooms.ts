import { multiaddr } from '@multiformats/multiaddr'
import { fromString, toString } from 'uint8arrays'
import { generateKeyPair, generateSealingKeyPair, mintStamp, openSealed, sealTo } from '../crypto/index.ts'
import { isLocalAddress } from '../network/addresses.ts'
import { InvalidParametersError, NotMemberError, UnknownPersonaError, encodePolicy } from '../room/index.ts'
import { INVITE_VERSION, decodeInvite, encodeInvite, issueCertificate, proveAdmission } from '../wire/index.ts'
import { checkName, plainName } from './plain-text.ts'
import { randomSeed } from './randomness.ts'
import type { RoomCore } from './room-core.ts'
import type { Invite, KnownBody, PersonaId, SignedMessage } from '../wire/index.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** An invite that does not say otherwise opens the door for a week. */
export const INVITE_LIFETIME_MS = 7 * 86_400_000
const MAX_INVITE_ADDRESSES = 6
/** More would come out of the invite as another number: it is written as a uint32. */
const MAX_USES = 0xffff_ffff
/** Notes on invites that are remembered, the newest ones. */
const MAX_LABELS = 256
/** Bound on rooms of two that others may open with us at once. */
export const MAX_DIRECT_ROOMS = 64
/** Sealed secrets of one `move` statement must fit one envelope: about 1,700 bytes each. */
const MOVES_PER_MESSAGE = 24
const INFO = new TextEncoder().encode('undertone/1/private-room')

/** A room that is open here, as far as handing out secrets goes. */
export interface OpenRoom {
  readonly id: string
  readonly core: RoomCore
  /** says who this node is there, once */
  hello (options?: AbortOptions): Promise<void>
}

export interface PrivateRoomsInit<R extends OpenRoom> {
  /** creates a room with a fresh secret; the founder is this node's new persona */
  create (options: { name: string, kind: 'invite' | 'direct', policy?: object } & AbortOptions): Promise<R>
  join (invite: Invite, options?: AbortOptions): Promise<R>
  /** rooms of two that are open here */
  directs (): R[]
  isHidden (core: RoomCore, persona: PersonaId): boolean
  onMoved (core: RoomCore, to: R): void
  /** addresses of a local network are told in invites unless somebody says otherwise */
  local: boolean
  log (level: 'error' | 'warn' | 'info' | 'debug', message: string): void
}

/** Invites, rooms of two and moved rooms: every way a room's secret is handed to somebody. */
export class PrivateRooms<R extends OpenRoom = OpenRoom> {
  readonly #init: PrivateRoomsInit<R>

  constructor (init: PrivateRoomsInit<R>) {
    this.#init = init
  }

  async helloBody (core: RoomCore, options: AbortOptions = {}): Promise<KnownBody> {
    const { state } = core
    const sealing = await generateSealingKeyPair()
    state.sealingKey = sealing.privateKey
    const stamp = state.policy.stampBits > 0
      ? await mintStamp({ roomId: state.room, persona: core.self, bits: state.policy.stampBits, signal: options.signal })
      : new Uint8Array()
    return {
      kind: 'hello',
      sealingKey: sealing.publicKey,
      stamp,
      petname: state.petname,
      capabilities: 0,
      admission: state.admission == null
        ? undefined
        : await proveAdmission(state.admission.inviteSeed, state.admission.certificate, state.room, core.self)
    }
  }

  /** `local`: with addresses that only work in this local network, and tell about it. */
  async makeInvite (core: RoomCore, options: { expires?: number, uses?: number, label?: string, local?: boolean } = {}): Promise<Invite> {
    const contacts = invitedAddresses([...(core.compartment?.addresses() ?? []).map(String), ...core.state.contacts], options.local ?? (this.#init.local || core.state.local === true))
    if (core.state.kind === 'list') {
      return listAddress(core, contacts)
    }
    const { state } = core
    const now = core.now()
    const expires = options.expires ?? now + INVITE_LIFETIME_MS
    if (expires <= now) {
      throw new InvalidParametersError('expires must be a time in the future, in ms since 1970.')
    }
    const uses = options.uses ?? 0
    if (!Number.isInteger(uses) || uses < 0 || uses > MAX_USES) {
      throw new InvalidParametersError(`uses must be a whole number from 1 to ${MAX_USES}; leave it out for any number of people.`)
    }
    const { epoch, key } = core.ring.current(now)
    const inviteSeed = randomSeed()
    const inviteKey = generateKeyPair(inviteSeed).publicKey
    const label = options.label == null || options.label.trim() === '' ? undefined : checkName(options.label, 'label')
    const certificate = await issueCertificate(core.keyPair, state.room, { inviteKey, expires, uses, label })
    if (label != null) {
      state.labels = Object.fromEntries([...Object.entries(state.labels ?? {}), [toString(inviteKey, 'hex'), label]].slice(-MAX_LABELS))
      core.keeper.save()
    }
    return {
      version: INVITE_VERSION,
      kind: state.kind,
      room: state.room,
      name: state.name,
      epoch,
      epochKey: key,
      epochLength: state.policy.epoch,
      secret: state.kind === 'open' ? state.secret : undefined,
      founder: state.founder as PersonaId | null ?? undefined,
      charterHash: state.charterHash,
      policy: encodePolicy(state.policy),
      expires,
      uses,
      inviteSeed,
      certificate,
      contacts
    }
  }

  #sealingKeyOf (core: RoomCore, persona: PersonaId): Uint8Array {
    const member = core.roster.get(persona)
    if (member == null || member.burned) {
      throw new UnknownPersonaError('No such persona is in this room now. Read room.members for those who are.')
    }
    if (member.sealingKey == null || member.sealingKey.length === 0) {
      throw new UnknownPersonaError('This persona gave no key to seal a private message to.')
    }
    return member.sealingKey
  }

  /** A room of two: its secret travels sealed (HPKE, X-Wing) inside this room. */
  async direct (core: RoomCore, persona: PersonaId, options: AbortOptions = {}): Promise<R> {
    if (core.isSelf(persona)) {
      throw new InvalidParametersError('persona must be somebody else.')
    }
    const sealingKey = this.#sealingKeyOf(core, persona)
    // asked for again, it is the same room; the invite goes out again in case the other one has left
    const room = this.#pairedWith(core, persona) ?? await this.#init.create({ ...options, name: plainName(core.roster.petname(persona)) || '…', kind: 'direct' })
    this.#pair(room, core, persona)
    await room.hello(options)
    const invite = await this.makeInvite(room.core, { uses: 1, local: true })
    invite.name = plainName(core.roster.petname(core.self))
    const sealed = await sealTo(sealingKey, new TextEncoder().encode(encodeInvite(invite)), INFO, aad(core, persona))
    await core.voice.say({ kind: 'direct', to: persona, sealed }, options)
    return room
  }

  /** Where both asked for one at once there are two: both take the same of them. */
  #pairedWith (core: RoomCore, persona: PersonaId): R | undefined {
    const [first] = this.#init.directs().filter(({ core: { state: { pair } } }) => pair?.room === core.id && pair.self === core.self && pair.persona === persona).sort((a, b) => a.id < b.id ? -1 : 1)
    return first
  }

  #pair (direct: R, { id, self }: RoomCore, persona: PersonaId): void {
    direct.core.state.pair = { room: id, self, persona }
    direct.core.keeper.save()
  }

  /** A fresh secret for everybody but `without`; they can read nothing that comes after. */
  async move (core: RoomCore, without: PersonaId[], options: AbortOptions = {}): Promise<R> {
    if (core.state.founder !== core.self) {
      throw new NotMemberError('Only the founder can move the room. Ask the founder, or open a new room and invite people to it.')
    }
    for (const persona of without) {
      if (core.isSelf(persona)) {
        throw new InvalidParametersError('without must not name yourself; room.leave takes you out.')
      }
      if (!core.roster.has(persona)) {
        throw new UnknownPersonaError('without names a persona that is not in this room. Read room.members for those who are.')
      }
    }
    const remaining = core.roster.all().filter(m => !m.burned && m.persona !== core.self && !without.includes(m.persona) && m.sealingKey != null && m.sealingKey.length > 0)
    const room = await this.#init.create({ ...options, name: plainName(core.state.name) || '…', kind: 'invite', policy: core.state.policy })
    await room.hello(options)
    for (let i = 0; i < remaining.length || i === 0; i += MOVES_PER_MESSAGE) {
      const sealed = []
      for (const member of remaining.slice(i, i + MOVES_PER_MESSAGE)) {
        const invite = await this.makeInvite(room.core, { uses: 1, local: true })
        sealed.push({ persona: member.persona, sealed: await sealTo(member.sealingKey as Uint8Array, new TextEncoder().encode(encodeInvite(invite)), INFO, aad(core, member.persona)) })
      }
      await core.voice.say({ kind: 'move', sealed, without }, options)
    }
    core.state.movedTo = room.id
    core.keeper.save()
    this.#init.onMoved(core, room)
    return room
  }

  /** Reacts to statements that may carry a secret for us. Never throws: others' mistakes are not ours. */
  async receive (core: RoomCore, message: SignedMessage): Promise<void> {
    const { body } = message
    const privateKey = core.state.sealingKey
    if (privateKey == null || core.isSelf(message.author)) {
      return
    }
    try {
      if (body?.kind === 'direct' && body.to === core.self) {
        if (this.#init.directs().length >= MAX_DIRECT_ROOMS || this.#init.isHidden(core, message.author)) {
          return
        }
        const room = await this.#init.join(await this.#open(core, privateKey, body.sealed, 'direct'))
        this.#pair(room, core, message.author)
      } else if (body?.kind === 'move' && message.author === core.state.founder && core.state.movedTo == null) {
        const mine = body.sealed.find(s => s.persona === core.self)
        if (mine != null) {
          const room = await this.#init.join(await this.#open(core, privateKey, mine.sealed, 'invite'))
          core.state.movedTo = room.id
          core.keeper.save()
          this.#init.onMoved(core, room)
        }
      }
    } catch (error) {
      this.#init.log('warn', `A private room could not be opened: ${String(error)}`)
    }
  }

  async #open (core: RoomCore, privateKey: Uint8Array, sealed: Uint8Array, kind: Invite['kind']): Promise<Invite> {
    const text = await openSealed(privateKey, sealed, INFO, aad(core, core.self))
    const invite = decodeInvite(new TextDecoder().decode(text))
    if (invite.kind !== kind) {
      throw new InvalidParametersError(`the sealed invite is of kind ${invite.kind}.`)
    }
    return invite
  }
}

/** A list's address lasts, and names nobody but its founder: readers pass it on, too. */
function listAddress (core: RoomCore, contacts: Invite['contacts']): Invite {
  const { state } = core
  const { epoch, key } = core.ring.current(core.now())
  return {
    version: INVITE_VERSION,
    kind: 'list',
    room: state.room,
    name: state.name,
    epoch,
    epochKey: key,
    epochLength: state.policy.epoch,
    founder: state.founder as PersonaId | null ?? undefined,
    // who else may write is said by the list itself
    policy: encodePolicy({ ...state.policy, writers: 'founder' }),
    uses: 0,
    contacts
  }
}

/** Binds what is sealed to the room it was said in and to whom. */
function aad (core: RoomCore, persona: PersonaId): Uint8Array {
  return fromString(`${core.id}/${persona}`)
}

/** One address that a page can dial, too, and one besides: each more makes a code harder to scan. */
export function fewestAddresses (addresses: Multiaddr[]): Multiaddr[] {
  const forPages = addresses.find(address => /\/(?:webrtc-direct|webrtc|wss?)(?:\/|$)/.test(address.toString()))
  return [...new Set([forPages ?? addresses[0], ...addresses])].filter(address => address != null).slice(0, 2)
}

/** The addresses worth an invite's space: reachable ones first, loopback only when there is nothing else. */
function invitedAddresses (addresses: string[], local: boolean): Multiaddr[] {
  const rank = (address: string): number =>
    (/\/ip4\/127\.|\/ip6\/::1\//.test(address) ? 4 : 0) + (address.includes('/p2p-circuit') ? 2 : 0) + (address.includes('/tcp/') && !address.includes('/ws') ? 0 : 1)
  return [...new Set(addresses)].sort((a, b) => rank(a) - rank(b)).flatMap(a => {
    try {
      const address = multiaddr(a)
      return local || !isLocalAddress(address) ? [address] : []
    } catch {
      return []
    }
  }).slice(0, MAX_INVITE_ADDRESSES)
}
