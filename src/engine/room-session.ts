import { multiaddr } from '@multiformats/multiaddr'
import { portsOf } from '../network/listening.ts'
import { AdmissionWatch } from './admission-watch.ts'
import { CatchUp } from './catch-up.ts'
import { createSyncSource } from './sync-source.ts'
import type { UndertoneEvent } from './api.ts'
import type { RoomCore } from './room-core.ts'
import type { Compartment, CompartmentInit } from '../network/compartment-api.ts'
import type { Sync, SyncProgress, SyncSource } from '../sync/sync-api.ts'
import type { MessageId } from '../wire/index.ts'
import type { Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A gap in a chain is asked for after this long: most close by themselves, at gossip's next heartbeat at the latest. */
const GAP_DELAY_MS = 1_000
const GAP_ATTEMPTS = 6
/** Members compare what they hold at this interval even when nothing seems missing. */
const ANTI_ENTROPY_MS = 30_000
/** After a member joined, its mesh needs a moment; what was said meanwhile comes by this second look. */
const SECOND_LOOK_MS = 3_000
/** Longest one comparison may take; the next one continues where it was cut. */
const SYNC_TIMEOUT_MS = 120_000
const MAX_PARALLEL_SYNCS = 3
const RETRY_SYNC_MS = 1_000 // after a cut, then twice as much, and so on
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
  readonly #waiting: string[] = []
  readonly #running = new Map<string, AbortController>()
  readonly #again = new Set<string>()
  readonly #cut = new Map<string, number>()
  readonly #met = new Map<string, number>()
  readonly #gapAttempts = new Map<MessageId, number>()
  readonly admission: AdmissionWatch
  readonly #catchUp: CatchUp
  #gapTimer?: ReturnType<typeof setTimeout>
  compartment?: Compartment
  #stopped = false

  constructor (init: RoomSessionInit) {
    this.#init = init
    this.#core = init.core
    this.#sync = init.createSync(this.#source())
    this.#catchUp = new CatchUp({
      core: init.core,
      alone: () => (this.compartment?.members().length ?? 0) === 0,
      open: async (peer, options) => (this.compartment as Compartment).open(peer, 'keep', options),
      met: peer => {
        // whoever keeps what was missed is asked, whichever of us began
        this.#wantSync(peer)
        init.onConnections()
      },
      log: (level, message) => { init.log(level, message) }
    })
    this.admission = new AdmissionWatch({ core: init.core, compare: () => { this.compare() }, later: (ms, run) => { this.#later(ms, run) }, emit: event => { init.emit(event) } })
  }

  /** always-on members without a persona, connected now */
  get keepers (): number { return this.#catchUp.keepers }

  /** @param resting - it is connected by `wake` */
  async start ({ resting = false }: { resting?: boolean } = {}): Promise<void> {
    if (!resting) {
      await this.#connect(this.#init.contacts)
    }
    this.#roll()
    this.#every(ANTI_ENTROPY_MS, () => { this.#compareWithSomebody() })
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
    this.#waiting.length = 0
    this.#running.forEach(controller => { controller.abort(new Error('The room rests.')) })
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
        this.#wantSync(peer)
        this.#later(SECOND_LOOK_MS, () => { this.#wantSync(peer) })
      } else if (core.voice.unheard) {
        this.#later(500, () => { this.#wantSync(peer) })
      }
    })
    compartment.addEventListener('member:leave', event => {
      this.#met.delete(event.detail.peer)
      this.#cut.delete(event.detail.peer)
      this.#running.get(event.detail.peer)?.abort(new Error('The member left.'))
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
    if (this.#spreadTimer != null) {
      return
    }
    this.#spreadTimer = this.#later(this.#core.syncedOnly.waitMs, () => {
      this.#spreadTimer = undefined
      if (!this.#core.syncedOnly.take()) {
        return
      }
      for (const peer of this.compartment?.members() ?? []) {
        if (peer !== from) {
          this.#wantSync(peer)
        }
      }
    })
  }

  #spreadTimer?: ReturnType<typeof setTimeout>

  /** Compares with every member met, now: what was not taken before may be taken now. */
  compare (): void {
    this.compartment?.members().forEach(peer => { this.#wantSync(peer) })
  }

  #compareWithSomebody (): void {
    const members = this.compartment?.members() ?? []
    if (members.length > 0) {
      this.#wantSync(members[Math.floor(Math.random() * members.length)])
    }
  }

  #wantSync (peer: string): void {
    if (this.#running.has(peer)) {
      this.#again.add(peer)
    } else if (!this.#waiting.includes(peer)) {
      this.#waiting.push(peer)
    }
    this.#next()
  }

  #next (): void {
    while (!this.#stopped && this.#running.size < MAX_PARALLEL_SYNCS && this.#waiting.length > 0) {
      const peer = this.#waiting.shift() as string
      if (this.compartment?.members().includes(peer) === true) {
        this.#run(peer).catch(() => {})
      }
    }
  }

  async #run (peer: string): Promise<void> {
    const controller = new AbortController()
    this.#running.set(peer, controller)
    const head = this.#core.state.head?.sequence ?? -1
    try {
      const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(SYNC_TIMEOUT_MS)])
      const stream = await (this.compartment as Compartment).open(peer, 'sync', { signal })
      const result = await this.#sync.run(stream, peer, { signal, since: this.#catchUp.since(peer), onProgress: progress => { this.#progress(progress) } })
      if (this.#catchUp.has(peer)) {
        await this.#catchUp.collect(peer, result.unmet, { signal })
      }
      this.#cut.delete(peer)
      if (result.done) {
        this.admission.completed(peer)
        this.#core.voice.refused || this.#core.voice.heardUpTo(head)
      }
    } catch (error) {
      this.#misbehaved(error, peer)
      // a member with two connections has not left when the one that was used breaks
      if (!controller.signal.aborted && this.compartment?.members().includes(peer) === true) {
        this.#cut.set(peer, (this.#cut.get(peer) ?? -1) + 1)
        this.#later(Math.min(ANTI_ENTROPY_MS, RETRY_SYNC_MS * 2 ** (this.#cut.get(peer) as number)), () => { this.#wantSync(peer) })
      }
    } finally {
      this.#running.delete(peer)
      if (this.#again.delete(peer)) {
        this.#later(500, () => { this.#wantSync(peer) })
      }
      this.#next()
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

  // ---- gaps

  /** Called when something arrived whose chain has a hole. */
  repairGaps (): void {
    if (this.#gapTimer != null || this.#stopped || this.#core.wanted().length === 0) {
      return
    }
    this.#gapTimer = this.#later(GAP_DELAY_MS, () => {
      this.#gapTimer = undefined
      this.#askForGaps().catch(error => { this.#init.log('debug', `gap repair: ${String(error)}`) })
    })
  }

  async #askForGaps (): Promise<void> {
    const members = this.compartment?.members() ?? []
    const wanted = this.#core.wanted().slice(0, 256)
    if (members.length === 0 || wanted.length === 0) {
      return
    }
    for (const id of wanted) {
      const attempts = (this.#gapAttempts.get(id) ?? 0) + 1
      this.#gapAttempts.set(id, attempts)
      if (attempts > GAP_ATTEMPTS) {
        this.#gapAttempts.delete(id)
        this.#core.timeline.giveUp(id)
      }
    }
    while (this.#gapAttempts.size > 4_096) {
      this.#gapAttempts.delete(this.#gapAttempts.keys().next().value as MessageId)
    }
    const peer = members[Math.floor(Math.random() * members.length)]
    const signal = AbortSignal.timeout(10_000)
    const stream = await (this.compartment as Compartment).open(peer, 'sync', { signal })
    await this.#sync.fetch(stream, wanted, peer, { signal })
    this.repairGaps()
  }

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

  #later (ms: number, run: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#stopped) {
        run()
      }
    }, ms)
    this.#timers.add(timer)
    return timer
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
    this.#running.forEach(controller => { controller.abort(new Error('The room was left.')) })
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
