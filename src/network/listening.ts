import { multiaddr } from '@multiformats/multiaddr'
import { isLoopbackAddress, proxyOf } from './addresses.ts'
import type { NetworkInit } from './compartment-api.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Opened when nothing else is asked for: any free port on every interface, and WebRTC by a relay's signals. */
const EVERYWHERE = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct', '/webrtc']

interface Listener { getAddrs (): Multiaddr[] }
interface TransportManager { getListeners (): Listener[], listen (addresses: Multiaddr[]): Promise<void> }

/** `/ip4/…/tcp/4001/ws` as `tcp ws` and 4001; undefined for what is opened at a relay. */
function partsOf (address: Multiaddr): { carrier: string, port: number } | undefined {
  const components = address.getComponents().filter(({ name }) => !/^(ip[46]|ip6zone|certhash|p2p)$/.test(name))
  const port = components.find(({ name }) => name === 'tcp' || name === 'udp')?.value
  return port == null ? undefined : { carrier: components.map(({ name }) => name).join(' ').replace('wss', 'tls ws'), port: Number(port) }
}

/** The port of each carrier at which something listens. */
export function portsOf (opened: Multiaddr[]): Record<string, number> {
  const direct = opened.filter(address => !address.toString().includes('/p2p-circuit'))
  return Object.fromEntries(direct.flatMap(partsOf).flatMap(parts => parts == null ? [] : [[parts.carrier, parts.port]]))
}

/** What a host opens: where any port would do, the one it had before. */
export function listenOf ({ listen, ports = {} }: Pick<NetworkInit, 'listen' | 'ports'>): Multiaddr[] {
  return (listen ?? EVERYWHERE.map(address => multiaddr(address))).map(address => {
    const parts = partsOf(address)
    const before = parts?.port === 0 ? ports[parts.carrier] : undefined
    return before == null ? address : multiaddr(address.toString().replace(/\/(tcp|udp)\/0/, `/$1/${before}`))
  })
}

/** The asked addresses at which nothing listens. */
export function unopened (asked: Multiaddr[], opened: Multiaddr[]): Multiaddr[] {
  const there = opened.flatMap(address => partsOf(address) ?? [])
  return asked.filter(address => {
    const wanted = partsOf(address)
    return wanted != null && !there.some(({ carrier, port }) => carrier === wanted.carrier && (wanted.port === 0 || wanted.port === port))
  })
}

/**
 * What a host tells others of its addresses. Where one is named that leads here from elsewhere, it is told by the host
 * that has the fixed ports of `listen`, and what leads nowhere but to this machine is told no more.
 */
export function toldOf ({ listen = [], announce = [] }: Pick<NetworkInit, 'listen' | 'announce'>): ((addresses: Multiaddr[]) => Multiaddr[]) | undefined {
  const named = new Set(announce.map(withoutHash))
  const here = new Set(listen.map(withoutHash))
  const fixed = listen.filter(address => (partsOf(address)?.port ?? 0) !== 0)
  const isElsewhere = (address: Multiaddr): boolean => named.has(withoutHash(address)) && !here.has(withoutHash(address))
  return named.size === 0
    ? undefined
    : addresses => {
      const leadsHere = unopened(fixed, addresses.filter(address => !isElsewhere(address))).length === 0
      return addresses.filter(address => isElsewhere(address) ? leadsHere : !leadsHere || named.has(withoutHash(address)) || !isLoopbackAddress(address))
    }
}

/** Carriers add the hash of their certificate, and a host its peer ID. */
function withoutHash (address: Multiaddr): string {
  return address.toString().replace(/\/certhash\/[^/]+|\/p2p\/[^/]+$/g, '')
}

/** Ports that a room of this process has: that the next room finds one of them taken is no news. */
const ours = new Set<number>()

function freePort (address: Multiaddr): Multiaddr { return multiaddr(address.toString().replace(/\/(tcp|udp)\/\d+/, '/$1/0')) }

/**
 * A port can be taken once and each room has a host of its own: the first gets the port that was asked for,
 * the others any free one. What cannot be opened even so is told.
 */
export async function openElsewhere (manager: TransportManager, network: Pick<NetworkInit, 'listen' | 'ports' | 'proxy' | 'profile' | 'log'>): Promise<void> {
  const { log } = network
  const listen = network.listen == null && network.ports == null ? [] : listenOf(network)
  if (proxyOf(network) != null) {
    return
  }
  const opened = (): Multiaddr[] => manager.getListeners().flatMap(listener => listener.getAddrs())
  Object.values(portsOf(opened())).forEach(port => ours.add(port))
  const taken = unopened(listen, opened()).filter(address => partsOf(address)?.port !== 0)
  for (const address of taken.filter(each => !ours.has(partsOf(each)?.port ?? 0))) {
    log?.('warn', `${address.toString()} is taken: a free port was opened instead. Stop what has it, or choose another one.`)
  }
  const free = taken.map(freePort)
  if (free.length > 0) {
    await manager.listen(free)
  }
  for (const address of unopened([...free, ...listen.filter(each => !taken.includes(each))], opened())) {
    log?.('warn', `Nothing could be opened at ${address.toString()}: nobody can reach this room there.`)
  }
}
