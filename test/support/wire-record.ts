import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { decodeMessage, unpackEnvelope } from '../../src/wire/index.ts'
import type { RoomCore } from '../../src/engine/room-core.ts'
import type { Undertone } from '../../src/index.ts'
import type { Compartment } from '../../src/network/index.ts'
import type { Socket } from 'node:net'

/** One message as it reached a node: by gossip, or by comparing. */
export interface Reached { author: string, kind: string }

/** Every socket that anybody opened to a listener of this process, from now on. */
export class Listeners {
  readonly #sockets = new Set<Socket>()
  readonly #note = (message: unknown): void => { this.#sockets.add((message as { socket: Socket }).socket) }

  constructor () { subscribe('net.server.socket', this.#note) }

  /** Sockets that came in at one of these ports. */
  at (ports: Set<number>): Socket[] {
    return [...this.#sockets].filter(socket => ports.has(socket.localPort ?? 0))
  }

  stop (): void { unsubscribe('net.server.socket', this.#note) }
}

/** All that a node receives in one room: bytes by connection as the sockets counted them, and what was inside. */
export class WireRecord {
  readonly reached: Reached[] = []
  last = performance.now()
  readonly #listeners: Listeners
  readonly #core: RoomCore & { compartment: Compartment }

  constructor (engine: Undertone, room: string, listeners: Listeners) {
    this.#listeners = listeners
    const { core } = (engine.rooms as any).find(room)
    this.#core = core
    const { validate, accept } = core as RoomCore
    core.validate = (envelope: Uint8Array, context: { epoch: number, peer: string }) => {
      const keys = this.#core.ring.keysOf(context.epoch)
      const bytes = keys == null ? undefined : unpackEnvelope(keys, envelope)
      this.#note(bytes)
      return validate.call(core, envelope, context)
    }
    core.accept = async (...[encoded, ids]: Parameters<typeof accept>) => {
      encoded.forEach(bytes => { this.#note(bytes) })
      return accept.call(core, encoded, ids)
    }
  }

  #note (bytes?: Uint8Array): void {
    this.last = performance.now()
    try {
      const { author, kind } = decodeMessage(bytes ?? new Uint8Array(0))
      this.reached.push({ author, kind })
    } catch {
      this.reached.push({ author: '', kind: 'nothing that can be read' })
    }
  }

  /** Transport peers connected now. */
  peers (): string[] { return this.#core.compartment.connections().map(({ peer }) => peer) }

  /** Bytes received by connection, of those that came in, by transport peer. */
  bytes (): Map<string, number> {
    const own = new Set(this.#core.compartment.addresses().map(address => portOf(address.toString())))
    const read = new Map(this.#listeners.at(own).map(socket => [socket.remotePort, socket.bytesRead]))
    return new Map(this.#core.compartment.connections().flatMap(({ peer, address }) => {
      const bytes = read.get(portOf(address))
      return bytes == null ? [] : [[peer, bytes] as const]
    }))
  }
}

function portOf (address: string): number { return Number(/\/tcp\/(\d+)/.exec(address)?.[1] ?? 0) }
