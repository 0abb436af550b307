import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { createLibp2p } from 'libp2p'
import { epochKeys } from '../../src/crypto/index.ts'
import { createGossip } from '../../src/network/gossip.ts'
import { createMembership } from '../../src/network/membership.ts'
import { muxer } from '../../src/network/muxer.ts'
import { createStem } from '../../src/network/stem.ts'
import type { EpochKey } from '../../src/crypto/index.ts'
import type { EnvelopeContext, EpochEntry, Validity } from '../../src/network/compartment-api.ts'
import type { Gossip, GossipInit } from '../../src/network/gossip.ts'
import type { Membership, MembershipInit } from '../../src/network/membership.ts'
import type { Stem, StemInit } from '../../src/network/stem.ts'
import type { Transport, Libp2p } from '@libp2p/interface'

let addresses = 0

/** Windows of epochs first..last of a room that is told apart by one byte. */
export function epochs (room: number, current: number, around: number = 1): EpochEntry[] {
  const entries: EpochEntry[] = []

  for (let epoch = current - around; epoch <= current + around; epoch++) {
    const key = new Uint8Array(32).fill(room)
    new DataView(key.buffer).setUint32(0, epoch)
    entries.push({ epoch, keys: epochKeys(key as EpochKey), current: epoch === current })
  }

  return entries
}

export interface RoomHost {
  libp2p: Libp2p
  membership: Membership
  gossip: Gossip
  stem: Stem
  peer: string
  received: Uint8Array[]
  offenders: Array<{ peer: string, reason: string }>
  stop (): Promise<void>
}

export interface RoomHostInit {
  epochs: EpochEntry[]
  membership?: Partial<MembershipInit>
  gossip?: Partial<GossipInit>
  stem?: Partial<StemInit>
  validate? (envelope: Uint8Array, context: EnvelopeContext): Validity | Promise<Validity>
  transport? (components: any): Transport
  listen?: string
}

/** A libp2p host in this process with a room's membership and gossip on it. */
export async function createRoomHost (init: RoomHostInit): Promise<RoomHost> {
  const received: Uint8Array[] = []
  const offenders: Array<{ peer: string, reason: string }> = []
  const libp2p = await createLibp2p({
    addresses: { listen: [init.listen ?? `/memory/room-host-${addresses++}`] },
    transports: [init.transport ?? memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [muxer()],
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { inboundConnectionThreshold: 1000, maxIncomingPendingConnections: 100 },
    services: {
      identify: identify(),
      room: (components: any) => {
        const membership = createMembership({ epochs: init.epochs, ...init.membership })(components)
        const gossip: Gossip = createGossip({
          stem: () => stem,
          epochs: init.epochs,
          membership,
          validate: (envelope, context) => {
            received.push(envelope)
            return init.validate?.(envelope, context) ?? 'accept'
          },
          ...init.gossip
        })(components)
        const stem: Stem = createStem({
          epochs: init.epochs,
          membership,
          judge: (envelope, context) => gossip.judge(envelope, context),
          relay: async (envelope, epoch) => gossip.relay(envelope, epoch),
          seen: envelope => gossip.seen(envelope),
          backlog: () => gossip.backlog(),
          onOffender: (peer, reason) => { offenders.push({ peer, reason }) },
          ...init.stem
        })(components)

        return {
          membership,
          gossip,
          stem,
          async start () {
            await membership.start()
            await gossip.start()
            await stem.start()
          },
          async stop () {
            await stem.stop()
            await gossip.stop()
            await membership.stop()
          }
        }
      }
    }
  })
  const { membership, gossip, stem } = libp2p.services.room
  gossip.addEventListener('offender', event => { offenders.push(event.detail) })

  return { libp2p, membership, gossip, stem, received, offenders, peer: libp2p.peerId.toString(), stop: async () => { await libp2p.stop() } }
}

/** Says something the way a compartment does: by stem if there is one, else by gossip. */
export async function say (host: RoomHost, envelope: Uint8Array, epoch: number): Promise<{ peers: number }> {
  return host.gossip.publish(envelope, { epoch, via: (bytes, at) => host.stem.take(bytes, at) })
}

/** Dials and waits until both know each other for members. */
export async function introduce (dialer: RoomHost, listener: RoomHost): Promise<void> {
  await dialer.libp2p.dial(listener.libp2p.getMultiaddrs())
  await until(() => dialer.membership.isMember(listener.peer) && listener.membership.isMember(dialer.peer))
}

/** Resolves when `holds` does; a test that waits in vain fails by mocha's own time limit. */
export async function until (holds: () => boolean, everyMs: number = 5): Promise<void> {
  while (!holds()) {
    await new Promise(resolve => { setTimeout(resolve, everyMs) })
  }
}

/** An envelope-sized block of bytes that differs by `seed`. */
export function block (seed: number, size: number = 256): Uint8Array {
  const bytes = new Uint8Array(size)
  new DataView(bytes.buffer).setUint32(0, seed)
  bytes.fill(seed & 0xff, 4)

  return bytes
}
