import { createHost } from '../../network/host.ts'
import { AMINO_PROTOCOL, OWN_DHT_PROTOCOL, bootstrapOf } from '../../network/rendezvous/dht.ts'
import { CHECK_TIMEOUT_MS, fail, ok, reasonOf, warn } from './finding.ts'
import type { Finding } from './finding.ts'
import type { NetworkInit } from '../../network/compartment-api.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

interface Answer extends Finding {
  serves: string[]
}

/** Dials a node and asks what it serves: a node that answers is not yet one that knows anybody. */
async function ask (host: Libp2p, address: Multiaddr, protocols: string[]): Promise<Answer> {
  const name = address.toString()
  const began = performance.now()
  try {
    const connection = await host.dial(address, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) })
    const took = Math.round(performance.now() - began)
    const serves: string[] = []
    for (const protocol of protocols) {
      try {
        const stream = await connection.newStream(protocol, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) })
        stream.abort(new Error('asked'))
        serves.push(protocol)
      } catch {
        // it does not
      }
    }
    return serves.length > 0
      ? { ...ok('DHT', `${name} answered in ${took} ms and serves ${serves.join(' and ')}`), serves }
      : { ...fail('DHT', `${name} answers, and serves no ${protocols.join(' and no ')}`, 'Choose the other DHT with --dht, or another --bootstrap.'), serves }
  } catch (error) {
    return { ...fail('DHT', `${name} does not answer: ${reasonOf(error)}`, 'Check the address and that the relay runs; on a filtered network use --proxy.'), serves: [] }
  }
}

/** Nodes in `amino` mode look in our own DHT, too: there they meet pages, which look nowhere else. */
function besides (answers: Answer[], protocol: string): Finding {
  const serving = answers.filter(({ serves }) => serves.includes(protocol)).length
  return serving > 0
    ? ok('other DHT', `${serving} of ${answers.length} nodes serve ${protocol}`)
    : warn('other DHT', `no node asked serves ${protocol}`, 'Rooms are found in the other one. To meet who looks only there, such as web pages, give the address of a relay with --bootstrap, or an invite.')
}

export async function dht (network: NetworkInit): Promise<Finding[]> {
  if (network.dht === 'off') {
    return [ok('DHT', 'off: rooms are found by invite, cache and local network')]
  }
  const bootstrap = bootstrapOf(network)
  if (bootstrap.length === 0) {
    return [warn('DHT', 'no node to start from', 'Give the address of a relay with --bootstrap; without one, rooms are found by invite only.')]
  }
  const protocols = network.dht === 'amino' ? [AMINO_PROTOCOL, OWN_DHT_PROTOCOL] : [OWN_DHT_PROTOCOL]
  const host = await createHost<any>({ network: { ...network, listen: [] }, services: {} })
  await host.start()
  try {
    const answers = await Promise.all(bootstrap.map(async address => ask(host, address, protocols)))
    const findings = answers.map(({ serves, ...finding }) => finding)
    const [first] = protocols.filter(protocol => answers.some(({ serves }) => serves.includes(protocol)))
    const other = protocols.filter(protocol => protocol !== first && first != null).map(protocol => besides(answers, protocol))
    if (network.bootstrap != null) {
      return [...findings, ...other]
    }
    const good = findings.filter(({ state }) => state === 'ok')
    // of the public nodes one is enough
    return good.length > 0
      ? [ok('DHT', `${good.length} of ${bootstrap.length} public nodes answer; ${good[0].finding}`), ...other]
      : [fail('DHT', `none of ${bootstrap.length} public nodes answers`, 'Check the network. Where it is filtered, use --profile tor, --proxy, or --bootstrap with the address of a relay you know; invites and the local network work without.')]
  } finally {
    await host.stop()
  }
}
