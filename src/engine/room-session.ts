import { multiaddr } from '@multiformats/multiaddr'
import { portsOf } from '../network/listening.ts'
import { AdmissionWatch } from './admission-watch.ts'
import { CatchUp } from './catch-up.ts'
import { Comparisons, SYNC_TIMEOUT_MS } from './comparisons.ts'
import { GapRepair } from './gap-repair.ts'
import { createSyncSource } from './sync-source.ts'
import type { UndertoneEvent } from './api.ts'
import type { RoomCore } from './room-core.ts'
import type { Compartment, CompartmentInit } from '../network/compartment-api.ts'
import type { Sync, SyncProgress, SyncSource } from '../sync/sync-api.ts'
import type { AbortOptions, Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Members compare what they hold at this interval even when nothing seems missing. */
const ANTI_ENTROPY_MS = 30_000
/** After a member joined, its mesh needs a moment; what was said meanwhile comes by this second look. */
const SECOND_LOOK_MS = 3_000
/** A timer this late says that the machine slept. */
const ASLEEP_MS = 30_000
const MAX_CONTACTS = 32

export interface RoomSessionInit {
  core: RoomCore
  createCompartment (init: CompartmentInit): Promise<Compartment>
  createSync (source: SyncSource): Sync
  network: CompartmentInit['network']
  contacts: Multiaddr[]
  /** further protocols served to members, by name */
  protocols: Record<string, (stream: Stream) => Promise<void>>
  onSync (progress: SyncProgress): void
  /** of this room */
  emit (event: Omit<UndertoneEvent, 'room'>): void
  onConnections (): void
  log (level: 'error' | 'warn' | 'info' | 'debug', message: string): void
}

/** One room's life on the network: its compartment, epochs that roll, members that compare what they hold. */
export class RoomSession {
  readonly #init: RoomSessionInit
  readonly #core: RoomCore
  readonly #sync: Sync
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  readonly #met = new Map<string, number>()
  readonly #comparisons: Comparisons
  readonly #gaps: GapRepair
  readonly admission: AdmissionWatch
  readonly #catchUp: CatchUp
  #spreads = false
  compartment?: Compartment
  #stopped = false

  constructor (init: RoomSessionInit) {
    this.#init = init
    this.#core = init.core
    this.#sync = init.createSync(this.#source())
    const members = (): string[] => this.#stopped ? [] : this.compartment?.members() ?? []
    const later = (ms: number, run: () => void): void => { this.#later(ms, run) }
    this.#comparisons = new Comparisons({ members, later, compare: async (peer, options) => this.#compareWith(peer, options), failed: (error, peer) => { this.#misbehaved(error, peer) } })
    this.#gaps = new GapRepair({
      core: init.core,
      members,
      later,
      fetch: async (wanted, peer, options) => {
        const stream = await (this.compartment as Compartment).open(peer, 'sync', options)
        await this.#sync.fetch(stream, wanted, peer, options)
      },
      log: (level, message) => { init.log(level, message) }
    })
    this.#catchUp = new CatchUp({
      core: init.core,
      alone: () => (this.compartment?.members().length ?? 0) === 0,
      open: async (peer, options) => (this.compartment as Compartment).open(peer, 'keep', options),
      met: peer => {
        // whoever keeps what was missed is asked, whichever of us began
        this.#comparisons.want(peer)
        init.onConnections()
      },
      log: (level, message) => { init.log(level, message) }
    })
    this.admission = new AdmissionWatch({ core: init.core, compare: () => { this.compare() }, later, emit: event => { init.emit(event) } })
  }

  /** always-on members without a persona, connected now */
  get keepers (): number { return this.#catchUp.keepers }

  /** @param resting - it is connected by `wake` */
  async start ({ resting = false }: { resting?: boolean } = {}): Promise<void> {
    if (!resting) {
      await this.#connect(this.#init.contacts)
    }
    this.#roll()
    this.#every(ANTI_ENTROPY_MS, () => { this.#comparisons.wantAny() })
  }

  /** Connects a room that rested, as somebody nobody has met. */
  async wake (): Promise<void> {
    if (this.compartment == null && !this.#stopped) {
      await this.#connect(this.#core.state.contacts.flatMap(readable))
      if (this.#stopped) {
        await this.#disconnect()
      }
    }
  }

  /** Takes the room off the network until it is needed; what it holds stays. */
  async rest (): Promise<void> {
    this.#comparisons.end('The room rests.')
    await this.#disconnect()
    this.#init.onConnections()
  }

  async #disconnect (): Promise<void> {
    const former = this.compartment
    this.compartment = undefined
    this.#core.compartment = undefined
    await former?.stop()
  }

  /** A fresh compartment: nobody who knew the old transport peer ID can tell that it was us. */
  async reconnect (): Promise<void> {
    await this.#disconnect()
    if (!this.#stopped) {
      await this.#connect(this.#core.state.contacts.flatMap(readable))
    }
  }

  async #connect (contacts: Multiaddr[]): Promise<void> {
    const core = this.#core
    const compartment = await this.#init.createCompartment({
      network: core.state.ports == null ? this.#init.network : { ...this.#init.network, ports: core.state.ports },
      epochs: core.epochs(),
      contacts,
      validate: (envelope, context) => core.validate(envelope, context)
    })
    for (const [name, handler] of Object.entries(this.#init.protocols)) {
      compartment.handle(name, handler)
    }
    compartment.handle('sync', async (stream, peer) => {
      try {
        await this.#sync.serve(stream, peer, { signal: AbortSignal.timeout(SYNC_TIMEOUT_MS), onProgress: progress => { this.#progress(progress) } })
      } catch (error) {
        this.#misbehaved(error, peer)
      }
    })
    compartment.handle('keep', async (stream, peer) => {
      await this.#catchUp.announced(stream, peer).catch(error => { this.#misbehaved(error, peer) })
    })
    compartment.addEventListener('member:join', event => {
      const { peer } = event.detail
      this.#met.set(peer, core.now())
      this.#catchUp.joined()
      this.#init.onConnections()
      // one of the two begins; the other would only do the same again
      if (compartment.peerId < peer) {
        this.#comparisons.want(peer)
        this.#later(SECOND_LOOK_MS, () => { this.#comparisons.want(peer) })
      } else if (core.voice.unheard) {
        this.#later(500, () => { this.#comparisons.want(peer) })
      }
    })
    compartment.addEventListener('member:leave', event => {
      this.#met.delete(event.detail.peer)
      this.#comparisons.left(event.detail.peer)
      this.admission.left(event.detail.peer)
      this.#catchUp.left(event.detail.peer)
      this.#init.onConnections()
    })
    compartment.addEventListener('connection:change', () => { this.#init.onConnections() })
    compartment.addEventListener('heard', event => { core.voice.heard(event.detail.envelope) })
    compartment.addEventListener('contact', event => { this.#remember(event.detail.addresses) })
    this.compartment = compartment
    core.compartment = compartment
    await compartment.start()
    this.#keepPorts(compartment)
  }

  /** A list's address goes around for months: who follows it finds its maintainer there again. Rooms are found at another port each time. */
  #keepPorts (compartment: Compartment): void {
    const { state, self, keeper } = this.#core
    if (state.kind === 'list' && (state.founder === self || state.policy.writers?.includes(self) === true)) {
      const ports = portsOf(compartment.addresses())
      if (Object.keys(ports).length > 0 && JSON.stringify(ports) !== JSON.stringify(state.ports)) {
        state.ports = ports
        keeper.save()
      }
    }
  }

  // ---- epochs

  #roll (): void {
    if (this.#stopped) {
      return
    }
    const wait = Math.min(this.#core.ring.nextChange(this.#core.now()) + 5, 600_000)
    const due = this.#core.now() + wait
    this.#later(wait, () => {
      // timers stop while a machine sleeps
      this.#core.now() - due > ASLEEP_MS && this.#catchUp.wasAway()
      this.#catchUp.tick()
      this.compartment?.setEpochs(this.#core.epochs())
      this.#roll()
    })
  }

  // ---- comparing

  #source (): SyncSource {
    return createSyncSource({
      core: this.#core,
      self: () => this.compartment?.peerId ?? '',
      met: peer => this.#met.get(peer),
      accepted: peer => { this.#spread(peer) },
      compared: (peer, lacks) => { this.admission.compared(peer, lacks) },
      lied: peer => { this.compartment?.ban(peer, 'sent messages that no honest member could have sent') }
    })
  }

  /** What came by sync from one member, and by no other way, is new to our other neighbours too. */
  #spread (from: string): void {
    if (this.#spreads) {
      return
    }
    this.#spreads = true
    this.#later(this.#core.syncedOnly.waitMs, () => {
      this.#spreads = false
      if (!this.#core.syncedOnly.take()) {
        return
      }
      for (const peer of this.compartment?.members() ?? []) {
        if (peer !== from) {
          this.#comparisons.want(peer)
        }
      }
    })
  }

  /** Compares with every member met, now: what was not taken before may be taken now. */
  compare (): void { this.#comparisons.wantAll() }

  async #compareWith (peer: string, { signal }: Required<AbortOptions>): Promise<void> {
    // what waits to be taken in here is handed to nobody yet
    const head = this.#core.timeline.head(this.#core.self)?.sequence ?? -1
    const stream = await (this.compartment as Compartment).open(peer, 'sync', { signal })
    const result = await this.#sync.run(stream, peer, { signal, since: this.#catchUp.since(peer), onProgress: progress => { this.#progress(progress) } })
    if (this.#catchUp.has(peer)) {
      await this.#catchUp.collect(peer, result.unmet, { signal })
    }
    if (result.done) {
      this.admission.completed(peer)
      this.#core.voice.refused || this.#core.voice.heardUpTo(head)
    }
  }

  /** Comparisons that find nothing are nobody's news. */
  #progress (progress: SyncProgress): void {
    if (progress.missing + progress.received + progress.sent > 0) {
      this.#init.onSync(progress)
    }
  }

  #misbehaved (error: unknown, peer: string): void {
    if ((error as Error)?.name === 'SyncProtocolError') {
      this.compartment?.ban(peer, (error as Error).message)
    }
    this.#init.log('debug', `sync with ${peer}: ${String(error)}`)
  }

  /** Called when something arrived whose chain has a hole. */
  repairGaps (): void { this.#gaps.soon() }

  // ---- contacts

  #remember (addresses: Multiaddr[]): void {
    const { contacts } = this.#core.state
    for (const address of addresses.map(String)) {
      const at = contacts.indexOf(address)
      if (at >= 0) {
        contacts.splice(at, 1)
      }
      contacts.unshift(address)
    }
    contacts.length = Math.min(contacts.length, MAX_CONTACTS)
    this.#core.keeper.save()
  }

  #later (ms: number, run: () => void): void {
    if (this.#stopped) {
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#stopped) {
        run()
      }
    }, ms)
    this.#timers.add(timer)
  }

  #every (ms: number, run: () => void): void {
    // jittered, so that members do not all compare at once
    this.#later(ms * (0.75 + Math.random() / 2), () => {
      run()
      this.#every(ms, run)
    })
  }

  async stop (): Promise<void> {
    this.#stopped = true
    this.#timers.forEach(timer => { clearTimeout(timer) })
    this.#comparisons.end('The room was left.')
    this.#core.compartment = undefined
    this.#catchUp.stop()
    await this.compartment?.stop()
  }
}

function readable (address: string): Multiaddr[] {
  try {
    return [multiaddr(address)]
  } catch {
    return []
  }
}
