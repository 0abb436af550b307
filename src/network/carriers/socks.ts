import { isIP } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { SocksClient } from 'socks'
import { WebSocket } from 'ws'
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

/** Opens TCP connections through the proxy (RFC 1928), and in no other way. */
export function dialler (init: SocksInit): (destination: { host: string, port: number }, signal: AbortSignal) => Promise<Socket> {
  const proxy = { ...parseProxy(init.proxy), type: 5 as const, userId: init.identity, password: init.identity }
  return async (destination, signal) => {
    signal.throwIfAborted()
    const { socket } = await SocksClient.createConnection({ proxy, command: 'connect', destination, timeout: DIAL_TIMEOUT_MS })
    if (signal.aborted) {
      socket.destroy()
      signal.throwIfAborted()
    }
    return socket
  }
}

/** Host, port and scheme of a WebSocket multiaddr. */
export function webSocketOf (address: Multiaddr): { host: string, port: number, secure: boolean } | undefined {
  const text = address.toString().replace(/\/p2p\/[^/]+$/, '')
  const [, before, after] = /^(.*?\/tcp\/\d+)\/((?:tls\/(?:sni\/[^/]+\/)?)?wss?)$/.exec(text) ?? []
  const destination = after == null ? undefined : destinationOf(multiaddr(before))
  return destination == null ? undefined : { ...destination, secure: after !== 'ws' }
}

/** libp2p's TCP transport, dialling through a SOCKS5 proxy only; it never listens. */
export function socksTcp (init: SocksInit): (components: any) => any {
  const dial = dialler(init)
  return components => {
    const transport: any = tcp()(components)
    transport.dialFilter = (addresses: Multiaddr[]) => addresses.filter(address => destinationOf(address) != null && !/\/(ws|wss|tls|p2p-circuit)(\/|$)/.test(address.toString()))
    transport.listenFilter = () => []
    transport._connect = async (address: Multiaddr, { signal }: { signal: AbortSignal }): Promise<Socket> => {
      const destination = destinationOf(address)
      if (destination == null) {
        throw new InvalidProxyError(`${address.toString()} cannot be reached through a SOCKS proxy.`)
      }
      return dial(destination, signal)
    }
    return transport
  }
}

/** libp2p's WebSocket transport, dialling through a SOCKS5 proxy only: what filters take for the web. */
export function socksWebSockets (init: SocksInit): (components: any) => any {
  const dial = dialler(init)
  return components => {
    const transport: any = webSockets()(components)
    transport.dialFilter = (addresses: Multiaddr[]) => addresses.filter(address => webSocketOf(address) != null)
    transport.listenFilter = () => []
    transport._connect = async (address: Multiaddr, { signal }: { signal: AbortSignal }): Promise<WebSocket> => {
      const destination = webSocketOf(address)
      if (destination == null) {
        throw new InvalidProxyError(`${address.toString()} cannot be reached through a SOCKS proxy.`)
      }
      const { host, port, secure } = destination
      const socket = await dial(destination, signal)
      const webSocket = new WebSocket(`${secure ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${port}`, {
        perMessageDeflate: false,
        createConnection: () => secure ? tlsConnect({ socket, servername: isIP(host) === 0 ? host : '' }) : socket
      })
      webSocket.binaryType = 'arraybuffer'
      return new Promise((resolve, reject) => {
        const onAbort = (): void => { webSocket.terminate() }
        signal.addEventListener('abort', onAbort, { once: true })
        webSocket.once('open', () => {
          signal.removeEventListener('abort', onAbort)
          resolve(webSocket)
        })
        webSocket.once('error', error => {
          signal.removeEventListener('abort', onAbort)
          reject(error)
        })
      })
    }
    return transport
  }
}
