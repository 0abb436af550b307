import { mayDialFrom } from '../network/dialable.ts'

const CIRCUIT = '/p2p-circuit'

/** Relays that the addresses of an invite lead through: who came in there finds others there, too. */
export function invitedRelays (contacts: string[]): string[] {
  const relays = contacts.filter(address => address.includes(CIRCUIT)).map(address => address.slice(0, address.indexOf(CIRCUIT)))
  return [...new Set(relays)].filter(address => mayDialFrom(globalThis.location?.protocol, address) && address.includes('/p2p/'))
}
