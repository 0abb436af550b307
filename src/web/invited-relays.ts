const CIRCUIT = '/p2p-circuit'
/** What a page can dial of its own. */
const DIALABLE = /\/(?:ws|wss|webrtc-direct)(?:\/|$)/

/** Relays that the addresses of an invite lead through: who came in there finds others there, too. */
export function invitedRelays (contacts: string[]): string[] {
  const relays = contacts.filter(address => address.includes(CIRCUIT)).map(address => address.slice(0, address.indexOf(CIRCUIT)))
  return [...new Set(relays)].filter(address => DIALABLE.test(address) && address.includes('/p2p/'))
}
