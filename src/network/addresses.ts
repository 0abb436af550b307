import type { Multiaddr } from '@multiformats/multiaddr'

/** Whether an address leads nowhere but to this machine. */
export function isLoopbackAddress (address: Multiaddr): boolean {
  return /^\/ip4\/127\.|^\/ip6\/::1\/|^\/(ip6zone\/[^/]+\/)?ip6\/::1\/|^\/dns[46]?\/localhost\//.test(`${address.toString()}/`)
}
