import { constantTimeEqual, hmacSha256 } from '../crypto/index.ts'
import { pacedBytes } from '../streams/index.ts'
import { MEMBERSHIP_PROTOCOL } from './membership.ts'
import { createRoomServices } from './room-services.ts'
import type { CompartmentInit, EpochEntry } from './compartment-api.ts'
import type { Infrastructure } from './rendezvous/infrastructure.ts'
import type { RoomServices } from './room-services.ts'
import type { AbortOptions, Connection, Libp2p, NewStreamOptions, Stream, StreamHandler, StreamHandlerOptions, StreamHandlerRecord, StreamMiddleware, Topology } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'

/** Spoken by hosts that serve several rooms, before any other protocol: which room a stream belongs to. */
export const SELECT_PROTOCOL = '/undertone/select/1.0.0'
/** HMAC-SHA-256 under the epoch's membership key over both transport peer IDs: means nothing to others. */
const TAG_BYTES = 32
const SELECT_TIMEOUT_MS = 5_000
const GRACE_MS = 1_000
const MAX_STREAMS = 1_024
const encoder = new TextEncoder()

function selectTag (entry: EpochEntry, opener: string, listener: string): Uint8Array {
  return hmacSha256(entry.keys.membership, encoder.encode(`undertone/1/select/${opener}/${listener}`))
}

/** A host as one room's compartment uses it. */
export interface HostLease {
  libp2p: Libp2p<any>
  services: RoomServices
  /** rooms besides this one are served by it */
  shared: boolean
  /** of a host that was up before its room was known: it keeps the helpers already */
  infrastructure?: Infrastructure
  /** somebody else here needs the connection to this peer */
  isNeeded (peer: string): boolean
  setEpochs (epochs: EpochEntry[]): void
  open (connection: Connection, protocol: string, options?: NewStreamOptions): Promise<Stream>
  start (): Promise<void>
  stop (): Promise<void>
}

interface Room {
  services?: RoomServices
  epochs: EpochEntry[]
  handlers: Map<string, StreamHandler>
}

/** What a host that serves several rooms is made with. */
export interface SharedHostInit {
  /** makes the host; `components` are libp2p's own */
  create (isMember: (peer: string, withinMs?: number) => Promise<boolean>): Promise<{ libp2p: Libp2p<any>, components: any }>
}

/**
 * One libp2p host for all rooms of a node: less memory, and a peer in two of the rooms can tell that
 * they share a host (the privacy ledger says so). Protocol IDs are those of any host and name no room.
 * A stream belongs to the room its peer is a member of; where that is not enough, a tag says which.
 */
export class SharedHost {
  readonly #init: SharedHostInit
  readonly #rooms = new Set<Room>()
  readonly #protocols = new Map<string, StreamHandlerOptions | undefined>()
  #host?: Promise<{ libp2p: Libp2p<any>, components: any }>
  #starting?: Promise<void>

  constructor (init: SharedHostInit) {
    this.#init = init
  }

  async lease (init: CompartmentInit): Promise<HostLease> {
    const room: Room = { epochs: init.epochs, handlers: new Map() }
    this.#rooms.add(room)
    const host = this.#host ??= this.#init.create(async (peer, withinMs) => this.#roomOf(peer, withinMs).then(found => found != null))
    const { libp2p, components } = await host
    const { peerId, privateKey, connectionManager, events, peerStore, logger } = components
    const open = async (connection: Connection, protocol: string, options?: NewStreamOptions): Promise<Stream> => this.#open(room, connection, protocol, options, peerId.toString())
    const services = room.services = createRoomServices({ ...init, openStream: open, alongside: () => [...this.#rooms].flatMap(each => each.services?.membership ?? []) })({
      peerId, privateKey, connectionManager, events, peerStore, logger, registrar: this.#registrar(room, components.registrar)
    } as any)
    return {
      libp2p,
      services,
      shared: true,
      isNeeded: peer => [...this.#rooms].some(each => each !== room && each.services?.membership.isMember(peer) === true),
      setEpochs: epochs => { room.epochs = epochs },
      open,
      start: async () => {
        this.#starting ??= (async () => {
          await libp2p.start()
          await components.registrar.handle(SELECT_PROTOCOL, async (stream: Stream, connection: Connection) => this.#select(stream, connection, peerId.toString()), { maxInboundStreams: MAX_STREAMS, maxOutboundStreams: MAX_STREAMS, runOnLimitedConnection: true })
        })()
        await this.#starting
        await services.start?.()
      },
      stop: async () => {
        await services.stop?.()
        this.#rooms.delete(room)
        if (this.#rooms.size === 0) {
          this.#host = undefined
          this.#starting = undefined
          this.#protocols.clear()
          await libp2p.stop()
        }
      }
    }
  }

  /** The room this peer is a member of; waits a moment for its proof. */
  async #roomOf (peer: string, withinMs: number = GRACE_MS): Promise<Room | undefined> {
    const rooms = [...this.#rooms]
    const now = rooms.filter(room => room.services?.membership.isMember(peer) === true)
    if (now.length > 0 || rooms.length === 0) {
      return now[0]
    }
    return Promise.any(rooms.map(async room => {
      if (await room.services?.membership.whenMember(peer, withinMs) !== true) {
        throw new Error('not a member')
      }
      return room
    })).catch(() => undefined)
  }

  #registrar (room: Room, inner: Registrar): Registrar {
    return {
      handle: async (protocol: string, handler: StreamHandler, options?: StreamHandlerOptions) => {
        room.handlers.set(protocol, handler)
        if (!this.#protocols.has(protocol)) {
          this.#protocols.set(protocol, options)
          await inner.handle(protocol, async (stream, connection) => this.#route(protocol, stream, connection), options)
        }
      },
      unhandle: async (protocol: string, options?: AbortOptions) => {
        room.handlers.delete(protocol)
        if (![...this.#rooms].some(each => each.handlers.has(protocol)) && this.#protocols.delete(protocol)) {
          await inner.unhandle(protocol, options)
        }
      },
      register: async (protocol: string, topology: Topology) => inner.register(protocol, topology),
      unregister: (id: string) => { inner.unregister(id) },
      getProtocols: () => inner.getProtocols(),
      getHandler: (protocol: string): StreamHandlerRecord => inner.getHandler(protocol),
      getTopologies: (protocol: string) => inner.getTopologies(protocol),
      use: (protocol: string, middleware: StreamMiddleware[]) => { inner.use(protocol, middleware) },
      unuse: (protocol: string) => { inner.unuse(protocol) },
      getMiddleware: (protocol: string) => inner.getMiddleware(protocol)
    }
  }

  async #route (protocol: string, stream: Stream, connection: Connection): Promise<void> {
    // one handshake is answered for all rooms
    const room = protocol === MEMBERSHIP_PROTOCOL
      ? [...this.#rooms].find(each => each.handlers.has(protocol))
      : await this.#roomOf(connection.remotePeer.toString())
    const handler = room?.handlers.get(protocol)
    if (handler == null) {
      stream.abort(new Error('Members only.'))
      return
    }
    await handler(stream, connection)
  }

  async #open (room: Room, connection: Connection, protocol: string, options: NewStreamOptions = {}, self: string): Promise<Stream> {
    // a host of one room does not know the first, and needs no telling
    const stream = await connection.newStream([SELECT_PROTOCOL, protocol], options)
    const entry = room.epochs.find(each => each.current)
    if (stream.protocol === SELECT_PROTOCOL && entry != null) {
      const name = encoder.encode(protocol)
      const header = new Uint8Array(TAG_BYTES + 1 + name.byteLength)
      header.set(selectTag(entry, self, connection.remotePeer.toString()))
      header[TAG_BYTES] = name.byteLength
      header.set(name, TAG_BYTES + 1)
      try {
        stream.send(header)
      } catch (error) {
        stream.abort(error as Error)
        throw error
      }
    }
    return stream
  }

  async #select (stream: Stream, connection: Connection, self: string): Promise<void> {
    try {
      const signal = AbortSignal.timeout(SELECT_TIMEOUT_MS)
      const bytes = pacedBytes(stream)
      const tag = (await bytes.read({ bytes: TAG_BYTES, signal })).subarray()
      const [length] = (await bytes.read({ bytes: 1, signal })).subarray()
      const protocol = new TextDecoder().decode((await bytes.read({ bytes: length, signal })).subarray())
      const peer = connection.remotePeer.toString()
      const room = [...this.#rooms].find(each => each.epochs.some(entry => constantTimeEqual(selectTag(entry, peer, self), tag)))
      const handler = room?.handlers.get(protocol)
      if (handler == null) {
        throw new Error('No such room or protocol.')
      }
      bytes.unwrap()
      await handler(stream, connection)
    } catch (error) {
      stream.abort(error as Error)
    }
  }
}
