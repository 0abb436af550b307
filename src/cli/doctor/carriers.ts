import { multiaddr } from '@multiformats/multiaddr'
import { createHost } from '../../network/host.ts'
import { createRelay } from '../../network/relay.ts'
import { CHECK_TIMEOUT_MS, fail, ok, reasonOf, warn } from './finding.ts'
import type { Finding } from './finding.ts'
import type { NetworkInit } from '../../network/compartment-api.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

const LOOPBACK = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/udp/0/webrtc-direct']

function nameOf (address: string): string {
  if (/\/webrtc(\/|$)/.test(address)) {
    return 'webrtc'
  }
  return /\/p2p-circuit|\/webrtc-direct|\/wss|\/tls\/ws|\/ws/.exec(address)?.[0].slice(1).replace('p2p-circuit', 'relay').replace('tls/ws', 'wss') ?? 'tcp'
}

const ADVICE: Record<string, string> = {
  'webrtc-direct': 'Allow UDP in the firewall, or browsers cannot reach this node directly.',
  webrtc: 'Allow UDP in the firewall; without it, members behind routers talk through a relay. It needs a network besides this machine itself.',
  relay: 'Allow this program in the firewall, or nobody behind a router can be reached.'
}

async function dialled (client: Libp2p, server: Libp2p, name: string, address: Multiaddr | undefined): Promise<Finding> {
  const graded = name === 'tcp' ? fail : warn
  if (address == null) {
    return graded(name, 'it could not be opened', 'Another program, perhaps Undertone itself, may use its port: choose another one with --listen, or port 0 for any. Or allow this program in the firewall.')
  }
  try {
    const began = performance.now()
    await client.dial(address, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS), force: true })
    const took = Math.round(performance.now() - began)
    await client.hangUp(server.peerId)
    return ok(name, `opened and dialled on this machine in ${took} ms`)
  } catch (error) {
    return graded(name, reasonOf(error), ADVICE[name] ?? 'Allow this program in the firewall.')
  }
}

/** An announced address must lead to a node: this one, or the one that has its port already. */
async function leadsHere (client: Libp2p, address: Multiaddr): Promise<Finding> {
  const name = `announced ${address.toString()}`
  try {
    const { remotePeer } = await client.dial(address, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS), force: true })
    await client.hangUp(remotePeer)
    return ok(name, 'it leads to a node')
  } catch (error) {
    return fail(name, reasonOf(error), 'Check that the proxy or router passes it on to the port of --listen, and that its certificate is valid for its name.')
  }
}

/** What can be opened here, dialled from a second host that opens nothing. With `--listen`, that and nothing else. */
async function direct (network: NetworkInit): Promise<Finding[]> {
  const local: NetworkInit = { ...network, announce: undefined, profile: 'private', bootstrap: [], listen: network.listen ?? LOOPBACK.map(address => multiaddr(address)) }
  const hosts: Libp2p[] = []
  try {
    for (const listen of [local.listen, []]) {
      const host = await createHost({ network: { ...local, listen }, services: {} })
      hosts.push(host)
      await host.start()
    }
    const [server, client] = hosts
    const findings: Finding[] = []
    const names = new Set(local.listen?.map(each => nameOf(each.toString())))
    // a certificate is for a name, and what is opened has none
    for (const wanted of names) {
      if (wanted !== 'wss') {
        findings.push(await dialled(client, server, wanted, server.getMultiaddrs().find(each => nameOf(each.toString()) === wanted)))
      }
    }
    const announced = network.announce ?? []
    for (const address of announced) {
      findings.push(await leadsHere(client, address))
    }
    if (names.has('wss') && !announced.some(address => nameOf(address.toString()) === 'wss')) {
      findings.push(warn('wss', 'it is opened, but no name is announced that its certificate is for', 'Add --announce, like /dns4/relay.example.org/tcp/443/tls/ws.'))
    }
    return findings
  } catch (error) {
    return [fail('carriers', reasonOf(error), 'Check that this program may open connections at all.')]
  } finally {
    await Promise.all(hosts.map(async host => host.stop()))
  }
}

/** Two hosts that can only meet through a relay, which this machine runs for the moment. */
async function relayed (network: NetworkInit): Promise<Finding[]> {
  const local: NetworkInit = { ...network, profile: 'private', dht: 'own', bootstrap: [], listen: LOOPBACK.slice(0, 1).map(address => multiaddr(address)) }
  const relay = await createRelay(local)
  const hosts: Libp2p[] = []
  try {
    await relay.start()
    const through = `${relay.addresses()[0].toString()}/p2p-circuit`
    for (const listen of [[through, '/webrtc'], []]) {
      const host = await createHost({ network: { ...local, listen: [] }, services: {}, listen })
      hosts.push(host)
      await host.start()
    }
    const [server, client] = hosts
    const until = Date.now() + CHECK_TIMEOUT_MS
    const addressOf = (name: string): Multiaddr | undefined => server.getMultiaddrs().find(each => nameOf(each.toString()) === name)
    while ((addressOf('relay') == null || addressOf('webrtc') == null) && Date.now() < until) {
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    return [await dialled(client, server, 'relay', addressOf('relay')), await dialled(client, server, 'webrtc', addressOf('webrtc'))]
  } catch (error) {
    return [warn('relay', reasonOf(error), ADVICE.relay)]
  } finally {
    await Promise.all([...hosts.map(async host => host.stop()), relay.stop()])
  }
}

export async function carriers (network: NetworkInit): Promise<Finding[]> {
  return [...await direct(network), ...network.listen == null ? await relayed(network) : []]
}
