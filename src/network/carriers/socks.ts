import { tcp } from '@libp2p/tcp'
import { SocksClient } from 'socks'
import { InvalidProxyError } from './errors.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Socket } from 'node:net'

export interface SocksInit {
  /** `socks5://host:port` */
  proxy: string
  /** SOCKS user name of this compartment: Tor gives every one its own circuit (`IsolateSOCKSAuth`) */
  identity: string
}

const DIAL_TIMEOUT_MS = 60_000

/**
 * @throws {InvalidProxyError}
 */
export function parseProxy (proxy: string): { host: string, port: number } {
  let url: URL
  try {
    url = new URL(proxy)
  } catch {
    throw new InvalidProxyError(`The proxy ${proxy} is not an address. Write it like socks5://127.0.0.1:9050.`)
  }
  if (url.protocol !== 'socks5:' && url.protocol !== 'socks5h:') {
    throw new InvalidProxyError('Only SOCKS5 proxies can be used. Write the proxy like socks5://127.0.0.1:9050.')
  }
  const port = Number(url.port === '' ? 1080 : url.port)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port }
}

/** Host and port of a TCP multiaddr; names are left to the proxy to look up. */
export function destinationOf (address: Multiaddr): { host: string, port: number } | undefined {
  let host: string | undefined
  for (const { name, value } of address.getComponents()) {
    if (['ip4', 'ip6', 'dns', 'dns4', 'dns6'].includes(name)) {
      host = value
    } else if (name === 'tcp') {
      return host == null || value == null ? undefined : { host, port: Number(value) }
    } else {
      return undefined
    }
  }
}

/** libp2p's TCP transport, dialling through a SOCKS5 proxy (RFC 1928) only; it never listens. */
export function socksTcp (init: SocksInit): (components: any) => any {
  const proxy = { ...parseProxy(init.proxy), type: 5 as const, userId: init.identity, password: init.identity }
  return components => {
    const transport: any = tcp()(components)
    transport.dialFilter = (addresses: Multiaddr[]) => addresses.filter(address => destinationOf(address) != null && !/\/(ws|wss|tls|p2p-circuit)(\/|$)/.test(address.toString()))
    transport.listenFilter = () => []
    transport._connect = async (address: Multiaddr, options: { signal: AbortSignal }): Promise<Socket> => {
      options.signal.throwIfAborted()
      const destination = destinationOf(address)
      if (destination == null) {
        throw new InvalidProxyError(`${address.toString()} cannot be reached through a SOCKS proxy`)
      }
      const { socket } = await SocksClient.createConnection({ proxy, command: 'connect', destination, timeout: DIAL_TIMEOUT_MS })
      if (options.signal.aborted) {
        socket.destroy()
        options.signal.throwIfAborted()
      }
      return socket
    }
    return transport
  }
}
