import { multiaddr } from '@multiformats/multiaddr'
import { InvalidParametersError } from '../room/index.ts'
import type { UndertoneInit } from './api.ts'
import type { NetworkInit } from '../network/compartment-api.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * Reads the addresses of a setting; undefined stays undefined (nothing was said about it).
 *
 * @throws {InvalidParametersError}
 */
export function readAddresses (texts: string[] | undefined, setting: string): Multiaddr[] | undefined {
  return texts?.map(text => {
    try {
      return multiaddr(text)
    } catch {
      throw new InvalidParametersError(`${setting} has an address that is not a multiaddr: ${text}. Write it like /ip4/127.0.0.1/tcp/4001.`)
    }
  })
}

/**
 * An engine's settings as the network takes them, with what follows from the profile.
 *
 * @throws {InvalidParametersError}
 */
export function networkOf (init: UndertoneInit): NetworkInit {
  const { profile = 'public', proxy, tls, maxConnections, sharedHost, stem, stun, log } = checkWays(init)
  return {
    profile,
    dht: init.dht ?? (profile === 'lan' ? 'off' : profile === 'private' ? 'own' : 'amino'),
    bootstrap: readAddresses(init.bootstrap, 'bootstrap'),
    listen: readAddresses(init.listen, 'listen'),
    announce: readAddresses(init.announce, 'announce'),
    tls,
    proxy,
    maxConnections,
    sharedHost,
    stem,
    stun,
    log
  }
}

const PROFILES = ['public', 'private', 'lan', 'tor']
const DHTS = ['own', 'amino', 'off']

/**
 * Programs without types may write anything: what is not known must not become the default, which tells most.
 *
 * @throws {InvalidParametersError}
 */
export function checkWays<T extends { profile?: string, dht?: string }> (init: T): T {
  const { profile, dht } = init
  if (profile != null && !PROFILES.includes(profile)) {
    throw new InvalidParametersError(`profile must be one of ${PROFILES.join(', ')}.`)
  }
  if (dht != null && !DHTS.includes(dht)) {
    throw new InvalidParametersError(`dht must be one of ${DHTS.join(', ')}.`)
  }
  return init
}
