import { multiaddr } from '@multiformats/multiaddr'
import { proxyOf } from './addresses.ts'
import type { NetworkInit } from './compartment-api.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

interface Listener { getAddrs (): Multiaddr[] }
interface TransportManager { getListeners (): Listener[], listen (addresses: Multiaddr[]): Promise<void> }

/** `/ip4/…/tcp/4001/ws` as `tcp ws` and 4001; undefined for what is opened at a relay. */
function partsOf (address: Multiaddr): { carrier: string, port: number } | undefined {
  const components = address.getComponents().filter(({ name }) => !/^(ip[46]|ip6zone|certhash|p2p)$/.test(name))
  const port = components.find(({ name }) => name === 'tcp' || name === 'udp')?.value
  return port == null ? undefined : { carrier: components.map(({ name }) => name).join(' '), port: Number(port) }
}

/** The asked addresses at which nothing listens. */
export function unopened (asked: Multiaddr[], opened: Multiaddr[]): Multiaddr[] {
  const there = opened.flatMap(address => partsOf(address) ?? [])
  return asked.filter(address => {
    const wanted = partsOf(address)
    return wanted != null && !there.some(({ carrier, port }) => carrier === wanted.carrier && (wanted.port === 0 || wanted.port === port))
  })
}

function freePort (address: Multiaddr): Multiaddr { return multiaddr(address.toString().replace(/\/(tcp|udp)\/\d+/, '/$1/0')) }

/**
 * A port can be taken once and each room has a host of its own: the first gets the port that was asked for,
 * the others any free one. What cannot be opened even so is told.
 */
export async function openElsewhere (manager: TransportManager, network: Pick<NetworkInit, 'listen' | 'proxy' | 'profile' | 'log'>): Promise<void> {
  const { listen = [], log } = network
  if (proxyOf(network) != null) {
    return
  }
  const opened = (): Multiaddr[] => manager.getListeners().flatMap(listener => listener.getAddrs())
  const taken = unopened(listen, opened()).filter(address => partsOf(address)?.port !== 0)
  const free = taken.map(freePort)
  if (free.length > 0) {
    await manager.listen(free)
  }
  for (const address of unopened([...free, ...listen.filter(each => !taken.includes(each))], opened())) {
    log?.('warn', `Nothing could be opened at ${address.toString()}: nobody can reach this room there.`)
  }
}
