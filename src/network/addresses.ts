import { isPrivateIp } from '@libp2p/utils'
import { LOOPBACK } from './dialable.ts'
import type { NetworkInit } from './compartment-api.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Whether an address leads nowhere but to this machine. */
export function isLoopbackAddress (address: Multiaddr): boolean { return LOOPBACK.test(`${address.toString()}/`) }

/** Whether an address means something in one local network only, and tells about it: private, link-local, loopback, `.local`. */
export function isLocalAddress (address: Multiaddr): boolean {
  for (const { name, value } of address.getComponents()) {
    if (name === 'ip4' || name === 'ip6') {
      // RFC 6598 (behind a provider's NAT), RFC 3927
      return isPrivateIp(value ?? '') === true || /^(100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|0)\./.test(value ?? '') || /^(::|::1|fe[89ab].*|f[cd].*)$/i.test(value ?? '')
    }
    if (name.startsWith('dns')) {
      return value === 'localhost' || value?.endsWith('.local') === true
    }
  }
  return false
}

/** The proxy that everything goes through: Tor's own default under that profile. */
export function proxyOf ({ proxy, profile }: Pick<NetworkInit, 'proxy' | 'profile'>): string | undefined {
  return proxy ?? (profile === 'tor' ? 'socks5://127.0.0.1:9050' : undefined)
}

/** Whether the local network is asked for others (mDNS): never around a proxy, and not when both ends were named. */
export function asksNeighbours (network: Pick<NetworkInit, 'proxy' | 'profile' | 'listen' | 'bootstrap'>): boolean {
  return network.profile === 'lan' && proxyOf(network) == null && (network.bootstrap == null || network.listen == null)
}

/** Whether addresses of a local network are meant to be told: by profile, or because one was given. */
export function meansLocal ({ profile, listen, bootstrap }: Pick<NetworkInit, 'profile' | 'listen' | 'bootstrap'>): boolean {
  return profile === 'lan' || profile === 'private' || [...listen ?? [], ...bootstrap ?? []].some(address => isLocalAddress(address) && !/^\/ip[46]\/(0\.0\.0\.0|::)\//.test(address.toString()))
}
