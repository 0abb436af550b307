/** An address, with a slash after it, that leads nowhere but to this machine. */
export const LOOPBACK = /^\/ip4\/127\.|^\/(?:ip6zone\/[^/]+\/)?ip6\/::1\/|^\/dns[46]?\/localhost\//

/**
 * Whether a page of this protocol (`https:`…) can dial an address: what browsers have a carrier for, and no plain
 * WebSocket from a page that came securely, unless it stays on this machine (W3C Mixed Content §4.4).
 */
export function mayDialFrom (protocol: string | undefined, address: string): boolean {
  return /\/(tls\/(sni\/[^/]+\/)?ws|wss|webrtc-direct)(\/|$)/.test(address) ||
    (/\/ws(\/|$)/.test(address) && (protocol !== 'https:' || LOOPBACK.test(`${address}/`)))
}
