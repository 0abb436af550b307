/**
 * Rooms on the network: a compartment per room (its own host, carriers, rendezvous, membership proof
 * and gossip), and the relay that volunteers run. Knows epochs' keys, nothing of what is said.
 *
 * @packageDocumentation
 */
export { NotConnectedError } from './compartment.ts'
export { compartmentsOf, createCompartment } from './compartments.ts'
export { createRelay, RELAY_LIMITS } from './relay.ts'
export type { Relay, RelayInit } from './relay.ts'
export type { Announcement, Compartment, CompartmentEvents, CompartmentInit, ConnectionInfo, DhtMode, EpochEntry, NetworkInit, Profile, Validity } from './compartment-api.ts'
