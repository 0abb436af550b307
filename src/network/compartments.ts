import { RoomCompartment } from './compartment.ts'
import { PROOF_GRACE_MS } from './gated-registrar.ts'
import { createHost } from './host.ts'
import { BoundedMap } from './limits.ts'
import { openElsewhere } from './listening.ts'
import { aminoDht, ownDht } from './rendezvous/dht.ts'
import { createRoomServices } from './room-services.ts'
import { SharedHost } from './shared-host.ts'
import { SpareHost } from './spare-host.ts'
import type { Compartment, CompartmentInit, NetworkInit } from './compartment-api.ts'
import type { RoomServices, RoomServicesInit } from './room-services.ts'
import type { RoomHost, StartedHost } from './spare-host.ts'
import type { Libp2p, PeerId } from '@libp2p/interface'

const MAX_BANNED = 1_024

interface MadeHost { libp2p: Libp2p<any>, components: any, banned: BoundedMap<string, number> }

async function makeHost (network: NetworkInit, dht: NetworkInit['dht'], isMember: (peer: string, withinMs?: number) => Promise<boolean>, services: Record<string, any> = {}): Promise<MadeHost> {
  const banned = new BoundedMap<string, number>({ max: MAX_BANNED })
  const kept: { components?: any } = {}
  const libp2p = await createHost<any>({
    network,
    isMember,
    isBanned: (peer: PeerId) => (banned.get(peer.toString()) ?? 0) > performance.now(),
    services: {
      // whoever looks in the public DHT still meets those, such as pages, who know only a relay of ours
      ...(dht !== 'off' ? { ownDht: ownDht(false) } : {}),
      ...(dht === 'amino' ? { aminoDht: aminoDht(network, false) } : {}),
      ...services,
      components: (components: any) => {
        kept.components = components
        return {}
      }
    }
  })
  const start = libp2p.start.bind(libp2p)
  libp2p.start = async () => {
    await start()
    await openElsewhere(kept.components.transportManager, network)
  }
  return { libp2p, components: kept.components, banned }
}

async function makeRoomHost (network: NetworkInit, dht: NetworkInit['dht'], init: RoomServicesInit): Promise<RoomHost> {
  const own: { services?: RoomServices } = {}
  const { libp2p, banned } = await makeHost(network, dht,
    async (peer, withinMs = PROOF_GRACE_MS * 2) => await own.services?.membership.whenMember(peer, withinMs) === true,
    { room: createRoomServices(init) })
  own.services = libp2p.services.room as RoomServices
  return { libp2p, services: own.services, banned }
}

function compartmentOn (init: CompartmentInit, { libp2p, services, banned }: RoomHost, ahead?: StartedHost): Compartment {
  return new RoomCompartment(init, {
    libp2p,
    services,
    shared: false,
    infrastructure: ahead?.infrastructure,
    isNeeded: () => false,
    setEpochs: () => {},
    open: async (connection, protocol, options) => connection.newStream([protocol], options),
    start: async () => {
      if (ahead == null) {
        await libp2p.start()
      } else {
        services.membership.setEpochs(init.epochs)
        services.gossip.setEpochs(init.epochs)
        services.stem.setEpochs(init.epochs)
      }
    },
    stop: async () => libp2p.stop()
  }, banned)
}

/** One room's host, not yet started: membership, gossip, rendezvous and what members ask of each other. */
export async function createCompartment (init: CompartmentInit): Promise<Compartment> {
  return compartmentOn(init, await makeRoomHost(init.network, init.dht === false ? 'off' : init.network.dht, init))
}

/** How a node makes its compartments. */
export interface Compartments {
  create (init: CompartmentInit): Promise<Compartment>
  /** Starts the next room's host before it is known which room that is. */
  prepare (): void
  /** Ends a host that no room has come for. */
  stop (): Promise<void>
}

/** A host for each room, or one for all where the node's settings say so. */
export function compartmentsOf (network: NetworkInit): Compartments {
  if (network.sharedHost !== true) {
    const spare = new SpareHost({ network, make: async init => makeRoomHost(network, network.dht, init) })
    return {
      prepare: () => { spare.prepare() },
      stop: async () => spare.stop(),
      create: async init => {
        // one that waits has opened other ports
        const host = init.dht === false || init.network.ports != null ? undefined : await spare.take()
        host?.adopt(init.validate)
        return host == null ? createCompartment(init) : compartmentOn(init, host, host)
      }
    }
  }
  const bans = new WeakMap<Libp2p<any>, BoundedMap<string, number>>()
  const host = new SharedHost({
    create: async isMember => {
      const made = await makeHost(network, network.dht, isMember)
      bans.set(made.libp2p, made.banned)
      return made
    }
  })
  return {
    // it is there with the first room, and stays
    prepare: () => {},
    stop: async () => {},
    create: async init => {
      const lease = await host.lease(init)
      return new RoomCompartment(init, lease, bans.get(lease.libp2p) as BoundedMap<string, number>)
    }
  }
}
