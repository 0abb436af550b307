import { BoundedMap } from '../../network/limits.ts'
import { expiryOf, isStanding } from '../../room/index.ts'
import { MemoryStore } from '../../store/index.ts'
import { STANDING_TIME, announceKeeper, compareItems, createSync, serveSealed } from '../../sync/index.ts'
import { encodeSigned, packEnvelope } from '../../wire/index.ts'
import { RoomCore } from '../room-core.ts'
import { encodeRoomState } from '../room-state.ts'
import { encodedSince, standingItems } from '../sync-source.ts'
import { KEPT_STATE } from './kept-state.ts'
import type { Compartment, CompartmentInit } from '../../network/compartment-api.ts'
import type { RoomStore, StoredRecord } from '../../store/store-api.ts'
import type { Item, SealedMessage, SyncSource } from '../../sync/index.ts'
import type { MessageId, SignedMessage } from '../../wire/index.ts'
import type { CharterOffice } from '../charters.ts'
import type { RoomState } from '../room-state.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

const WRITE_DELAY_MS = 50
const SWEEP_MS = 60_000
const STREAM_TIMEOUT_MS = 120_000
const MAX_ROLL_MS = 600_000
const MAX_CONTACTS = 32
/** Members whose proof of age is remembered; more than are connected at once. */
const MAX_SHOWN = 256
/** epoch (f64), before the envelope */
const EPOCH_LENGTH = 8
/** Envelopes that are read at once to be handed out, bytes. */
const PORTION_BYTES = 64 * 1024
const SUBSEQUENT = 1 / 64

interface Kept { time: number, epoch: number, bytes: number, expires: number, standing: boolean }

export interface KeptRoomInit {
  state: RoomState
  store: RoomStore
  network: CompartmentInit['network']
  createCompartment (init: CompartmentInit): Promise<Compartment>
  charters: CharterOffice
  contacts: Multiaddr[]
  /** longest anything is kept, ms */
  keepFor: number
  /** most bytes of envelopes; the oldest go first */
  maxBytes: number
  now (): number
  log (level: 'error' | 'warn' | 'info' | 'debug', message: string): void
}

/**
 * One room as a keeper keeps it: envelopes, each under the key of the epoch in which it came, by
 * message ID. It reads what comes, as any member could, to keep nothing that no member would; when
 * the epoch ends, the key and all that was read with it are gone, and what is kept is noise here.
 */
export class KeptRoom {
  readonly #init: KeptRoomInit
  readonly #index = new Map<MessageId, Kept>()
  readonly #unwritten = new Map<MessageId, StoredRecord>()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  /** from when on a member may have messages, ms, by what it showed */
  readonly #allowed = new BoundedMap<string, number>({ max: MAX_SHOWN })
  #core!: RoomCore
  #compartment?: Compartment
  #bytes = 0
  #writing: Promise<void> = Promise.resolve()
  #writeTimer?: ReturnType<typeof setTimeout>
  #items?: Item[]
  #itemsVersion = -1
  #stopped = false

  constructor (init: KeptRoomInit) {
    this.#init = init
  }

  get id (): string { return this.#init.state.room }
  get #self (): string { return this.#compartment?.peerId ?? '' }
  /** messages kept, and their envelopes' bytes */
  get messages (): number { return this.#index.size }
  get bytes (): number { return this.#bytes }
  members (): string[] { return this.#compartment?.members() ?? [] }
  addresses (): Multiaddr[] { return this.#compartment?.addresses() ?? [] }

  async start (): Promise<void> {
    const { store, createCompartment, network, contacts, now } = this.#init
    await store.expire(now())
    for await (const { id, time, expires, bytes } of store.all()) {
      // what a former run kept cannot be read: of which kind it is does not matter any more
      this.#note(id as MessageId, { time, epoch: epochOf(bytes), bytes: bytes.length, expires: expires ?? Infinity, standing: time === STANDING_TIME })
    }
    this.#core = await this.#readWith(this.#init.state, [])
    const compartment = await createCompartment({
      network,
      epochs: this.#core.epochs(),
      contacts,
      validate: (envelope, context) => this.#core.validate(envelope, context)
    })
    this.#compartment = compartment
    const sync = createSync(this.#source())
    compartment.handle('sync', async (stream, peer) => {
      await sync.serve(stream, peer, { signal: AbortSignal.timeout(STREAM_TIMEOUT_MS) }).catch(error => { this.#misbehaved(error, peer) })
    })
    compartment.handle('keep', async (stream, peer) => {
      const options = { signal: AbortSignal.timeout(STREAM_TIMEOUT_MS) }
      try {
        await serveSealed(stream, ids => this.#find(ids, peer), options)
        await stream.close(options)
      } catch (error) {
        stream.abort(error as Error)
        this.#misbehaved(error, peer)
      }
    })
    compartment.addEventListener('member:join', event => { this.#announce(event.detail.peer) })
    compartment.addEventListener('contact', event => { this.#remember(event.detail.addresses) })
    await this.#saveState()
    await compartment.start()
    this.#roll()
    this.#sweep()
  }

  // ---- reading, while an epoch lasts

  async #readWith (state: RoomState, standing: SignedMessage[]): Promise<RoomCore> {
    const { now, log, charters } = this.#init
    const memory = await new MemoryStore({ now }).room(state.room)
    await memory.put(standing.map(message => ({ id: message.id, time: message.time, bytes: encodeSigned(message) })))
    const core: RoomCore = new RoomCore({
      state,
      store: memory,
      durable: false,
      now,
      onMessage: message => {
        this.#keep(message)
        if (message.body.kind === 'charter' || message.body.kind === 'vote') {
          charters.received(core)
        }
      },
      onMember: () => {},
      onDelivery: () => {},
      log
    })
    await core.load()
    core.epochs()
    return core
  }

  /** The epoch is over: who is here and what the rules are goes on, what was said is forgotten with its key. */
  async #renew (): Promise<void> {
    const former = this.#core
    const standing = (core: RoomCore): SignedMessage[] => core.timeline.ordered.filter(isStanding)
    const core = await this.#readWith({ ...former.state, key: former.state.key.slice(), secret: former.state.secret?.slice() }, standing(former))
    const meanwhile = standing(former).filter(({ id }) => !core.timeline.has(id)).map(encodeSigned)
    this.#core = core
    await former.close()
    await core.accept(meanwhile)
    await this.#saveState()
  }

  #roll (): void {
    this.#later(Math.min(this.#core.ring.nextChange(this.#init.now()) + 5, MAX_ROLL_MS), async () => {
      const { epoch } = this.#core.state
      this.#compartment?.setEpochs(this.#core.epochs())
      if (this.#core.state.epoch !== epoch) {
        await this.#renew()
      }
      this.#roll()
    })
  }

  async #saveState (): Promise<void> {
    await this.#init.store.putState(KEPT_STATE, encodeRoomState(this.#core.state))
  }

  // ---- keeping

  #note (id: MessageId, kept: Kept): void {
    this.#index.set(id, kept)
    this.#bytes += kept.bytes
    this.#items = undefined
  }

  #forgotten (ids: MessageId[]): void {
    for (const id of ids) {
      this.#bytes -= this.#index.get(id)?.bytes ?? 0
      this.#index.delete(id)
      this.#unwritten.delete(id)
    }
    this.#items = undefined
  }

  #keep (message: SignedMessage): void {
    const { now, keepFor, maxBytes } = this.#init
    if (this.#index.has(message.id)) {
      return
    }
    const standing = isStanding(message)
    const until = standing ? undefined : expiryOf(this.#core.state.policy, message.time, message.expires)
    const expires = Math.min(until ?? Infinity, now() + keepFor)
    const { epoch } = this.#core.ring.current(now())
    const keys = this.#core.ring.keysOf(epoch)
    if (keys == null || expires <= now()) {
      return
    }
    // the same bytes that gossip carries, whichever way it came
    const envelope = packEnvelope(keys, encodeSigned(message))
    const bytes = new Uint8Array(EPOCH_LENGTH + envelope.length)
    new DataView(bytes.buffer).setFloat64(0, epoch)
    bytes.set(envelope, EPOCH_LENGTH)
    const time = standing ? STANDING_TIME : message.time
    this.#note(message.id, { time, epoch, bytes: bytes.length, expires, standing })
    this.#unwritten.set(message.id, { id: message.id, time, expires, bytes })
    this.#writeSoon()
    if (this.#bytes > maxBytes) {
      this.#makeRoom()
    }
  }

  /** The oldest go, a few at once. */
  #makeRoom (): void {
    const most = this.#init.maxBytes * (1 - SUBSEQUENT)
    const gone: MessageId[] = []
    let bytes = this.#bytes
    for (const [id, kept] of [...this.#index].sort(([, a], [, b]) => a.expires - b.expires)) {
      if (bytes <= most) {
        break
      }
      gone.push(id)
      bytes -= kept.bytes
    }
    this.#drop(gone)
  }

  #drop (ids: MessageId[]): void {
    this.#forgotten(ids)
    this.#write(async () => this.#init.store.delete(ids))
  }

  #writeSoon (): void {
    this.#writeTimer ??= setTimeout(() => {
      this.#writeTimer = undefined
      this.#flush()
    }, WRITE_DELAY_MS)
  }

  #flush (): void {
    this.#write(async () => {
      const records = [...this.#unwritten.values()]
      await this.#init.store.put(records)
      records.forEach(record => {
        if (this.#unwritten.get(record.id as MessageId) === record) {
          this.#unwritten.delete(record.id as MessageId)
        }
      })
    })
  }

  #write (act: () => Promise<void>): void {
    this.#writing = this.#writing.then(act).catch(error => { this.#init.log('error', `Could not write what is kept: ${String(error)}`) })
  }

  /** Its time is over; the room may have voted for a shorter one since it was kept. */
  #isOver ({ time, expires, standing }: Kept, now: number): boolean {
    const { retention } = this.#core.state.policy
    return expires <= now || (!standing && retention >= 0 && time + retention <= now)
  }

  #sweep (): void {
    this.#later(SWEEP_MS, async () => {
      const now = this.#init.now()
      this.#drop([...this.#index].filter(([, kept]) => this.#isOver(kept, now)).map(([id]) => id))
      this.#write(async () => { await this.#init.store.expire(now) })
      await this.#core.expire()
      this.#sweep()
    })
  }

  // ---- handing out

  #source (): SyncSource {
    const since = (): number => {
      const { retention } = this.#core.state.policy
      return this.#init.now() - Math.min(this.#init.keepFor, retention < 0 ? Infinity : retention)
    }
    return {
      items: () => {
        const { timeline } = this.#core
        if (this.#items == null || this.#itemsVersion !== timeline.version) {
          const kept = [...this.#index].filter(([, { standing }]) => !standing).map(([id, { time }]) => ({ time, id }))
          // of what was said before it started it has only the envelopes: members tell it again who is here
          this.#items = [...standingItems(this.#core), ...kept.sort(compareItems)]
          this.#itemsVersion = timeline.version
        }
        return this.#items
      },
      has: id => this.#index.has(id as MessageId) || this.#core.timeline.has(id as MessageId),
      get: async (ids, since) => encodedSince(this.#core, ids as MessageId[], since),
      proofs: peer => this.#core.age.proofs(this.#self, peer),
      allows: (peer, shown) => {
        const allowed = this.#core.age.since(peer, this.#self, shown)
        this.#allowed.set(peer, allowed)
        return allowed
      },
      since,
      shares: since,
      accept: async (encoded, peer, ids) => {
        const counts = await this.#core.accept(encoded, ids as MessageId[])
        if (counts.invalid > 0) {
          this.#compartment?.ban(peer, 'sent messages that no honest member could have sent')
        }
        return counts
      }
    }
  }

  /** Those of early epochs first, a few at a time. */
  async * #find (ids: string[], peer: string): AsyncGenerator<SealedMessage[]> {
    // what came late lies under a later key than its time: who may have it is not for keys alone to say
    const since = this.#allowed.get(peer) ?? this.#core.age.since(peer, this.#self, [])
    const now = this.#init.now()
    const wanted = (ids as MessageId[]).flatMap(id => {
      const kept = this.#index.get(id)
      return kept != null && !this.#isOver(kept, now) && (kept.standing || kept.time >= since) ? [{ id, ...kept }] : []
    })
    let portion: MessageId[] = []
    let bytes = 0
    for (const kept of wanted.sort((a, b) => a.epoch - b.epoch)) {
      portion.push(kept.id)
      bytes += kept.bytes
      if (bytes >= PORTION_BYTES) {
        yield this.#read(portion)
        portion = []
        bytes = 0
      }
    }
    yield this.#read(portion)
  }

  async #read (ids: MessageId[]): Promise<SealedMessage[]> {
    const stored = await this.#init.store.getMany(ids.filter(id => !this.#unwritten.has(id)))
    return [...stored, ...ids.flatMap(id => this.#unwritten.get(id) ?? [])]
      .map(({ bytes }) => ({ epoch: epochOf(bytes), envelope: bytes.subarray(EPOCH_LENGTH) }))
      .sort((a, b) => a.epoch - b.epoch)
  }

  #announce (peer: string): void {
    const options = { signal: AbortSignal.timeout(STREAM_TIMEOUT_MS) }
    this.#compartment?.open(peer, 'keep', options).then(async stream => announceKeeper(stream, this.#init.keepFor, options)).catch(error => {
      // an older member knows no keepers
      this.#init.log('debug', `announcing to ${peer}: ${String(error)}`)
    })
  }

  #misbehaved (error: unknown, peer: string): void {
    if ((error as Error)?.name === 'SyncProtocolError') {
      this.#compartment?.ban(peer, (error as Error).message)
    }
    this.#init.log('debug', `${peer}: ${String(error)}`)
  }

  #remember (addresses: Multiaddr[]): void {
    const { state } = this.#core
    state.contacts = [...new Set([...addresses.map(String), ...state.contacts])].slice(0, MAX_CONTACTS)
    this.#saveState().catch(error => { this.#init.log('error', String(error)) })
  }

  #later (ms: number, act: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#stopped) {
        act().catch(error => { this.#init.log('error', `keeping a room: ${String(error)}`) })
      }
    }, ms)
    this.#timers.add(timer)
  }

  async stop (): Promise<void> {
    this.#stopped = true
    this.#timers.forEach(timer => { clearTimeout(timer) })
    clearTimeout(this.#writeTimer)
    await this.#compartment?.stop()
    this.#flush()
    await this.#writing
    await this.#saveState()
    await this.#core.close()
  }
}

function epochOf (bytes: Uint8Array): number { return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0) }
