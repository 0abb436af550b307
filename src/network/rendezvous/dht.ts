import { kadDHT, passthroughMapper, removePrivateAddressesMapper } from '@libp2p/kad-dht'
import { isPrivateIp } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { checkRecord, recordSequence, selectRecord } from '../../wire/index.ts'
import type { NetworkInit } from '../compartment-api.ts'
import type { KadDHT } from '@libp2p/kad-dht'
import type { Multiaddr } from '@multiformats/multiaddr'

export const OWN_DHT_PROTOCOL = '/undertone/kad/1.0.0'
export const AMINO_PROTOCOL = '/ipfs/kad/1.0.0'

/** Bootstrap peers of the public IPFS DHT, as every IPFS node ships them. */
export const AMINO_BOOTSTRAP: readonly string[] = Object.freeze([
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN',
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmQCU2EcMqAqQPR2i9bChDtGNJchTbq5TbXJJ16u19uLTa',
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb',
  '/dnsaddr/bootstrap.libp2p.io/p2p/QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt',
  '/ip4/104.131.131.82/tcp/4001/p2p/QmaCpDMGvV2BGHeYERUEnRQAwe3N8SzbUtfsmvsqQLuvuJ'
])

/**
 * The same peers where no name may be looked up here: a SOCKS proxy answers for addresses and host
 * names, not for the TXT records of `/dnsaddr`.
 */
export const AMINO_BOOTSTRAP_FIXED: readonly string[] = Object.freeze([
  '/ip4/139.178.91.71/tcp/4001/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN',
  '/ip4/139.178.65.157/tcp/4001/p2p/QmQCU2EcMqAqQPR2i9bChDtGNJchTbq5TbXJJ16u19uLTa',
  '/dns4/am6.bootstrap.libp2p.io/tcp/443/wss/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb',
  '/ip4/147.75.87.27/tcp/4001/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb',
  '/ip4/145.40.118.135/tcp/4001/p2p/QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt',
  '/ip4/104.131.131.82/tcp/4001/p2p/QmaCpDMGvV2BGHeYERUEnRQAwe3N8SzbUtfsmvsqQLuvuJ'
])

/** Where to begin: what was given, or the peers that every node of the public DHT begins with. */
export function bootstrapOf (network: NetworkInit): Multiaddr[] {
  if (network.bootstrap != null || network.dht !== 'amino') {
    return network.bootstrap ?? []
  }
  const proxied = network.proxy != null || network.profile === 'tor'
  return (proxied ? AMINO_BOOTSTRAP_FIXED : AMINO_BOOTSTRAP).map(address => multiaddr(address))
}

/** Thrown by DHT servers and clients for a value that does not belong under its key. */
export class InvalidRecordError extends Error {
  static name = 'InvalidRecordError'
  name = 'InvalidRecordError'
}

/** Who writes next takes a higher number: one that no number comes after would keep all others out. */
export const MAX_RECORD_AHEAD_MS = 86_400_000

const validators = {
  undertone: async (key: Uint8Array, value: Uint8Array): Promise<void> => {
    if (!await checkRecord(key, value) || recordSequence(value) > Date.now() + MAX_RECORD_AHEAD_MS) {
      throw new InvalidRecordError('This value was not written by who derived its key, or is dated more than a day ahead.')
    }
  }
}
const selectors = { undertone: (_: Uint8Array, values: Uint8Array[]) => selectRecord(values) }

/** Private networks are meant when any address given is private; then private addresses must be told, too. */
function mapper (network: NetworkInit): typeof passthroughMapper {
  const given = [...network.bootstrap ?? [], ...network.listen ?? []]
  return given.length > 0 && given.some(privateAddress) ? passthroughMapper : removePrivateAddressesMapper
}

function privateAddress (address: Multiaddr): boolean {
  const ip = address.getComponents().find(({ name }) => name === 'ip4' || name === 'ip6')?.value
  return ip != null && (ip === '0.0.0.0' || ip === '::' || isPrivateIp(ip) === true)
}

/** Our own DHT: sealed value records, any address. */
export function ownDht (server: boolean): (components: any) => KadDHT {
  return kadDHT({
    protocol: OWN_DHT_PROTOCOL,
    clientMode: !server,
    validators,
    selectors,
    peerInfoMapper: passthroughMapper,
    // finding a room waits for the first look at one's neighbourhood (FACTS: 1.2 s become 0.2 to 0.7)
    initialQuerySelfInterval: 50,
    datastorePrefix: '/undertone-dht',
    logPrefix: 'undertone:dht',
    metricsPrefix: 'undertone_dht'
  }) as any
}

/** The public IPFS DHT: provider records. */
export function aminoDht (network: NetworkInit, server: boolean): (components: any) => KadDHT {
  return kadDHT({
    protocol: AMINO_PROTOCOL,
    clientMode: !server,
    peerInfoMapper: mapper(network),
    initialQuerySelfInterval: 50,
    datastorePrefix: '/amino-dht',
    logPrefix: 'undertone:amino',
    metricsPrefix: 'undertone_amino'
  }) as any
}
