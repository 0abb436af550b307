import { Conduct } from './conduct.ts'
import { createGossip } from './gossip.ts'
import { createMembership } from './membership.ts'
import { RoomRegistrar } from './room-registrar.ts'
import { createStem } from './stem.ts'
import type { CompartmentInit } from './compartment-api.ts'
import type { GatedComponents } from './gated-registrar.ts'
import type { Gossip, GossipComponents } from './gossip.ts'
import type { Membership, MembershipComponents } from './membership.ts'
import type { Stem } from './stem.ts'
import type { Startable } from '@libp2p/interface'

/** What one room needs of a host: who is in it, and the two ways in which envelopes travel. */
export interface RoomServices extends Startable {
  membership: Membership
  gossip: Gossip
  stem: Stem
  registrar: RoomRegistrar
  conduct: Conduct
  /** told of peers that sent garbage, flooded or stalled */
  onOffender? (peer: string, reason: string): void
}

export interface RoomServicesInit extends Pick<CompartmentInit, 'epochs' | 'validate' | 'network'> {
  /** all memberships of a host that serves several rooms */
  alongside? (): Membership[]
  openStream?: GatedComponents['openStream']
}

export function createRoomServices (init: RoomServicesInit): (components: MembershipComponents & GossipComponents) => RoomServices {
  return host => {
    const conduct = new Conduct({ onOffender: (peer, reason) => { services.onOffender?.(peer, reason) } })
    const registrar = new RoomRegistrar(host.registrar, conduct)
    // libp2p's own object is a proxy that cannot be spread
    const { peerId, privateKey, connectionManager, events, peerStore, logger } = host
    const components = { peerId, privateKey, connectionManager, events, peerStore, logger, registrar, openStream: init.openStream }
    const membership = createMembership({ epochs: init.epochs, alongside: init.alongside })(components)
    const gossip: Gossip = createGossip({
      epochs: init.epochs,
      membership,
      validate: (envelope, context) => init.validate(envelope, context),
      stem: () => stem
    })(components)
    const stem: Stem = createStem({
      epochs: init.epochs,
      membership,
      enabled: init.network.stem,
      judge: (envelope, context) => gossip.judge(envelope, context),
      relay: async (envelope, epoch) => gossip.relay(envelope, epoch),
      seen: envelope => gossip.seen(envelope),
      backlog: () => gossip.backlog(),
      onOffender: (peer, reason) => { services.onOffender?.(peer, reason) }
    })(components)
    const services: RoomServices = {
      membership,
      gossip,
      stem,
      registrar,
      conduct,
      start: async () => {
        await membership.start()
        await gossip.start()
        await stem.start()
      },
      stop: async () => {
        await stem.stop()
        await gossip.stop()
        await membership.stop()
      }
    }
    gossip.addEventListener('offender', event => { services.onOffender?.(event.detail.peer, event.detail.reason) })
    return services
  }
}
