import { TypedEventEmitter } from 'main-event'
import { meansLocal } from '../network/addresses.ts'
import { compartmentsOf } from '../network/compartments.ts'
import { bootstrapOf } from '../network/rendezvous/dht.ts'
import { isVisible } from '../room/index.ts'
import { createSync } from '../sync/index.ts'
import { VERSION } from '../version.ts'
import { encodeInvite, inviteLink } from '../wire/index.ts'
import { networkOf, readAddresses } from './addresses.ts'
import { Attachments } from './attachments.ts'
import { CharterOffice } from './charters.ts'
import { ClassifierDesk } from './classifier-desk.ts'
import { EarlyEvents } from './early-events.ts'
import { HarmfulTextError, NotStartedError } from './errors.ts'
import { Judgement } from './judgement.ts'
import { keysToNow } from './keys-to-now.ts'
import { readLedger } from './ledger.ts'
import { ListTurns } from './list-turns.ts'
import { ListRegistry } from './lists.ts'
import { OwnList } from './own-list.ts'
import { PrivateRooms } from './private-rooms.ts'
import { randomSeed } from './randomness.ts'
import { ReportDesk } from './reports.ts'
import { ResourceShelf } from './resource-shelf.ts'
import { RoomCore } from './room-core.ts'
import { RoomFiles } from './room-file.ts'
import { RoomSession } from './room-session.ts'
import { isHidden, textOf } from './room-view.ts'
import { LiveRoom } from './room.ts'
import { RoomRegistry } from './rooms.ts'
import { WebLists } from './web-lists.ts'
import type { PrivacyLedger, Status, Undertone, UndertoneEvent, UndertoneEvents, UndertoneInit } from './api.ts'
import type { RoomCoreInit } from './room-core.ts'
import type { RoomState } from './room-state.ts'
import type { NetworkInit } from '../network/compartment-api.ts'
import type { Store } from '../store/store-api.ts'
import type { SignedMessage } from '../wire/index.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const DEFAULT_LINK_BASE = 'https://undertone.example/'

/** The engine, on an open store; it lives once. `createUndertone` makes it. */
export class Engine extends TypedEventEmitter<UndertoneEvents> implements Undertone {
  readonly rooms: RoomRegistry
  readonly lists: ListRegistry
  readonly moderation: Judgement
  readonly reports: ReportDesk
  readonly charters: CharterOffice
  readonly #init: UndertoneInit
  readonly #network: NetworkInit
  readonly #store: Store
  readonly #compartments: ReturnType<typeof compartmentsOf>
  readonly #attachments: Attachments
  readonly #files: RoomFiles
  /** messages that wait for their label, in order */
  #labelled?: Promise<void>
  readonly #private: PrivateRooms<LiveRoom>
  readonly #turns = new ListTurns({ log: message => { this.#log('debug', message) } })
  #started = false
  readonly #halt = new AbortController()
  #stopping?: Promise<void>
  readonly #early = new EarlyEvents()
  readonly #statusRooms = new Set<RoomCore>()
  #statusTimer?: ReturnType<typeof setTimeout>

  constructor (init: UndertoneInit, store: Store) {
    super()
    this.#init = init
    this.#store = store
    this.#network = networkOf(init)
    const seed = new DataView(randomSeed().buffer).getUint32(0)
    const now = (): number => this.now()
    const emit = (event: UndertoneEvent): void => { this.emit(event) }
    const log: UndertoneInit['log'] & {} = (level, message) => { this.#log(level, message) }
    const own = new OwnList({ store, now, seed })
    this.#compartments = compartmentsOf(this.#network)
    this.#attachments = new Attachments({ store, onProgress: progress => { emit({ ...progress, type: 'status' }) } })
    this.moderation = new Judgement({
      store,
      seed,
      own,
      now,
      emit,
      rooms: () => this.rooms,
      lists: () => this.lists,
      classifier: new ClassifierDesk({ now, classifier: init.classifier }),
      shelf: new ResourceShelf(store)
    })
    this.#private = new PrivateRooms<LiveRoom>({
      create: async options => this.rooms.create(options),
      join: async (invite, options) => this.rooms.join({ invite, ...options }),
      directs: () => this.rooms.all().filter(room => room.core.state.kind === 'direct'),
      isHidden: (core, persona) => isHidden(this.moderation.persona(core, persona)),
      local: meansLocal(this.#network),
      onMoved: (core, to) => { this.emit({ type: 'room', room: core.id, movedTo: to.id }) },
      log
    })
    this.#files = new RoomFiles({ attachments: this.#attachments, privateRooms: this.#private })
    this.rooms = new RoomRegistry({
      store,
      now,
      open: async (state, contacts, options) => this.#open(state, contacts, options),
      files: this.#files,
      log
    })
    this.lists = new ListRegistry({
      store,
      seed,
      own,
      now,
      rooms: this.rooms,
      invite: async core => {
        const invite = await this.#private.makeInvite(core)
        return { address: encodeInvite(invite), link: inviteLink(init.app ?? DEFAULT_LINK_BASE, invite) }
      },
      awake: async list => this.#turns.call(list),
      web: new WebLists({ network: this.#network, allowed: () => this.moderation.policy().web, now }),
      preview: (holding, core) => this.moderation.preview(holding, core),
      appeal: async (holding, options) => this.reports.appeal(holding, options),
      changed: lists => { this.moderation.listsChanged(lists) },
      log
    })
    this.reports = new ReportDesk({ store, rooms: this.rooms, lists: this.lists, now, emit, log })
    this.charters = new CharterOffice({ rooms: this.rooms, now, emit })
  }

  now (): number { return this.#init.now?.() ?? Date.now() }
  #log (level: 'error' | 'warn' | 'info' | 'debug', message: string): void { this.#init.log?.(level, message) }

  emit (event: UndertoneEvent): void {
    if (!this.#early.hold(event)) {
      this.dispatchEvent(new CustomEvent('event', { detail: event }))
    }
  }

  override addEventListener: TypedEventEmitter<UndertoneEvents>['addEventListener'] = (type, listener, options) => {
    super.addEventListener(type, listener, options)
    this.#tellEarly()
  }

  /** First what came before anybody could listen. */
  #tellEarly (): void {
    this.#early.release().forEach(event => { this.emit(event) })
  }

  async start ({ signal }: AbortOptions = {}): Promise<void> {
    if (this.#started) {
      return
    }
    this.#started = true
    await this.moderation.load()
    let judging = false
    await this.rooms.restore(async state => {
      if (!judging && state.kind !== 'list') {
        judging = true
        await this.lists.load()
      }
      return this.#open(state, readAddresses(state.contacts, 'contacts') ?? [], { signal })
    }, (room, error) => {
      signal?.throwIfAborted()
      this.#log('error', `A stored room could not be opened and was left as it is: ${String(error)}`)
    })
    if (!judging) {
      await this.lists.load()
    }
    await this.#turns.begin()
    await this.reports.load()
    this.charters.load()
    // who awaited the start has listened by then, or does not want to know
    setTimeout(() => { this.#tellEarly() })
  }

  async #open (state: RoomState, contacts: Multiaddr[], options: AbortOptions = {}): Promise<LiveRoom> {
    if (!this.#started || this.#stopping != null) {
      throw new NotStartedError('This node was stopped or wiped. Start it again.')
    }
    options.signal?.throwIfAborted()
    const known = this.rooms.find(state.room)
    if (known != null) {
      return known
    }
    // set once the room exists; what is loaded before is nobody's news
    const opened: { room?: LiveRoom } = {}
    const signal = AbortSignal.any([this.#halt.signal, ...options.signal == null ? [] : [options.signal]])
    const core = this.#coreOf(opened, { state, start: await keysToNow(state, this.now(), { signal }), store: await this.#store.room(state.room) })
    await core.load()
    this.#pruneFiles(core)
    const session = this.#sessionOf(core, contacts)
    const room = opened.room = this.#roomOf(core, session)
    const isList = state.kind === 'list'
    await session.start({ resting: isList })
    await (isList ? this.#turns.add(room) : Promise.resolve())
    core.keeper.save()
    await core.keeper.flush()
    // who only reads a list stays unknown to it
    if (!isList || core.mayUtter(core.self, 'entry')) {
      room.hello().catch(error => { this.#log('warn', `hello: ${String(error)}`) })
    }
    this.emit({ type: 'room', room: state.room, name: state.name, kind: state.kind, joined: true })
    return room
  }

  /** What a room says of itself goes up as events. */
  #coreOf (opened: { room?: LiveRoom }, init: Pick<RoomCoreInit, 'state' | 'start' | 'store'>): RoomCore {
    const { state } = init
    const core = new RoomCore({
      ...init,
      durable: !this.#store.ephemeral || this.#store.survives === true,
      now: () => this.now(),
      onMessage: (message, own, live) => { this.#heard(core, opened.room, message, own, live) },
      onMember: persona => { this.emit({ type: 'member', room: state.room, persona, petname: core.roster.petname(persona) }) },
      onDelivery: (id, delivery) => { this.emit({ type: 'status', room: state.room, message: id, delivery }) },
      onExpired: ids => {
        this.#pruneFiles(core)
        if (ids.length > 0) {
          this.emit({ type: 'room', room: state.room, expired: ids.length })
        }
      },
      onForgotten: ids => { this.moderation.forget(core, ids) },
      onStore: error => { this.emit({ type: 'status', room: state.room, store: error == null ? null : { name: error.name, message: error.message } }) },
      log: (level, message) => { this.#log(level, message) }
    })
    return core
  }

  #sessionOf (core: RoomCore, contacts: Multiaddr[]): RoomSession {
    return new RoomSession({
      core,
      createCompartment: this.#compartments.create,
      createSync,
      network: this.#network,
      contacts,
      protocols: { file: async stream => this.#attachments.serve(core, stream) },
      onSync: progress => { this.emit({ ...progress, type: 'sync', room: core.id }) },
      onConnections: () => { this.#statusSoon(core) },
      emit: event => { this.emit({ ...event, type: event.type as UndertoneEvent['type'], room: core.id }) },
      log: (level, message) => { this.#log(level, message) }
    })
  }

  #roomOf (core: RoomCore, session: RoomSession): LiveRoom {
    return new LiveRoom({
      core,
      session,
      judge: this.moderation,
      attachments: this.#attachments,
      privateRooms: this.#private,
      thinkTwice: async (text, o) => {
        const { harmful, label } = await this.moderation.check(text, o)
        if (harmful) {
          throw new HarmfulTextError(`Your own classifier takes this for ${label}. Change it, or send it with anyway: true.`)
        }
      },
      linkBase: this.#init.app ?? DEFAULT_LINK_BASE,
      renamed: renamed => { this.emit({ type: 'room', room: core.id, renamed }) },
      pack: async (c, passphrase, options) => this.#files.pack(c, passphrase, options),
      leave: async (r, forget) => this.#leave(r, forget)
    })
  }

  #heard (core: RoomCore, room: LiveRoom | undefined, message: SignedMessage, own: boolean, live: boolean): void {
    room?.session.repairGaps()
    const { kind } = message
    if (isVisible(message)) {
      if (room != null) {
        this.#judged(core, room, message, own, live)
      }
    } else if (kind === 'edit' || kind === 'delete' || kind === 'reaction') {
      const target = message.body != null && 'to' in message.body ? core.timeline.get(message.body.to as any) : undefined
      if (target != null && room != null) {
        this.emit({ type: 'room', room: core.id, changed: room.show(target) })
      }
      if (kind === 'delete' && target?.body.kind === 'attachment') {
        this.#pruneFiles(core)
      }
    } else if (kind === 'burn') {
      this.emit({ type: 'member', room: core.id, persona: message.author, burned: true })
    } else if (kind === 'entry') {
      this.lists.received(core, message)
    } else if (kind === 'report') {
      this.reports.received(core, message).catch(error => { this.#log('debug', `report: ${String(error)}`) })
    } else if (kind === 'charter' || kind === 'vote') {
      this.charters.received(core)
      this.emit({ type: 'room', room: core.id, charter: true })
    } else if (!own && (kind === 'direct' || kind === 'move')) {
      this.#private.receive(core, message).catch(() => {})
    }
  }

  /** What is over goes from the disk as well, on time. */
  #pruneFiles (core: RoomCore): void {
    this.#attachments.prune(core).catch(error => { core.closed || this.#log('warn', `files: ${String(error)}`) })
  }

  /** Nothing is shown before it was judged; what has to wait for its label keeps its place. */
  #judged (core: RoomCore, room: LiveRoom, message: SignedMessage, own: boolean, live: boolean): void {
    const tell = (): void => {
      this.emit({ type: 'message', room: core.id, message: room.show(message), live })
      room.deliver(message)
    }
    const labelled = own ? undefined : this.moderation.prepare(textOf(core, message))
    if (labelled == null && this.#labelled == null) {
      tell()
      return
    }
    const before = this.#labelled
    const turn = (async () => {
      await Promise.all([before, labelled])
      tell()
    })().finally(() => {
      if (this.#labelled === turn) {
        this.#labelled = undefined
      }
    })
    this.#labelled = turn
  }

  /** Somebody may be there before the room is: then, too, it is told who is. */
  #statusSoon (core: RoomCore): void {
    this.#statusRooms.add(core)
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = undefined
      const rooms = [...this.#statusRooms]
      this.#statusRooms.clear()
      for (const { id, compartment } of this.#stopping == null ? rooms : []) {
        this.emit({ type: 'status', room: id, connected: compartment?.members().length ?? 0 })
      }
    }, 100)
  }

  async #leave (room: LiveRoom, forget: boolean): Promise<void> {
    this.rooms.remove(room.id)
    this.#turns.remove(room.id)
    await this.#attachments.forget(room.core).catch(error => { this.#log('warn', `files: ${String(error)}`) })
    await room.session.stop()
    await room.core.close()
    this.moderation.forget(room.core, room.core.timeline.visible.map(({ id }) => id))
    if (forget) {
      await this.#store.forget(room.id)
    } else {
      await this.rooms.left(room)
    }
    this.emit({ type: 'room', room: room.id, left: true })
  }

  status (): Status {
    const compartments = this.rooms.all().map(room => ({
      room: room.id,
      transportPeer: room.session.compartment?.peerId ?? '',
      addresses: (room.session.compartment?.addresses() ?? []).map(String),
      connections: room.session.compartment?.connections() ?? []
    }))
    return {
      version: VERSION,
      profile: this.#network.profile,
      addresses: [...new Set(compartments.flatMap(c => c.addresses))],
      compartments
    }
  }

  async privacy (): Promise<PrivacyLedger> {
    return readLedger(this.rooms.all(), this.lists.subscriptions(), this.#network.sharedHost === true, this.#store.ephemeral)
  }

  async changePassphrase (current: string, next: string): Promise<void> { await this.#store.changePassphrase(current, next) }
  async setDuressPassphrase (current: string, duress: string): Promise<void> { await this.#store.setDuressPassphrase(current, duress) }
  addBootstrap (addresses: string[]): void { this.#network.bootstrap = [...bootstrapOf(this.#network), ...readAddresses(addresses, 'bootstrap') ?? []] }
  prepare (room?: { name: string, passphrase?: string }): void {
    if (this.#started) {
      room == null ? this.#compartments.prepare() : this.rooms.prepare(room)
    }
  }

  refresh (): void { this.rooms.all().forEach(room => { room.session.compartment?.refresh() }) }

  async wipe (): Promise<void> {
    // the vault key goes first: what follows may take its time
    this.#started = false
    this.#halt.abort(new NotStartedError('This node was wiped. Start it again.'))
    await this.#store.wipe()
    this.rooms.stop()
    await this.#compartments.stop()
    this.#attachments.clear()
    this.moderation.clear()
    this.lists.clear()
    this.#turns.clear()
    this.reports.clear()
    await Promise.allSettled(this.rooms.all().map(async room => {
      this.rooms.remove(room.id)
      await room.session.stop()
      await room.core.close()
    }))
    this.emit({ type: 'status', wiped: true })
  }

  async stop (): Promise<void> {
    this.#stopping ??= (async () => {
      this.#halt.abort(new NotStartedError('This node was stopped. Start it again.'))
      clearTimeout(this.#statusTimer)
      this.rooms.stop()
      this.lists.stop()
      this.reports.stop()
      this.#turns.stop()
      this.charters.stop()
      await Promise.allSettled(this.rooms.all().map(async room => {
        await room.session.stop()
        await room.core.close()
      }))
      await this.#compartments.stop()
      await this.#store.close()
      this.#started = false
    })()
    await this.#stopping
  }
}
