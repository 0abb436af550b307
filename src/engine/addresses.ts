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
  const { profile = 'public', proxy, maxConnections, sharedHost, stem, stun, log } = init
  return {
    profile,
    dht: init.dht ?? (profile === 'lan' ? 'off' : profile === 'private' ? 'own' : 'amino'),
    bootstrap: readAddresses(init.bootstrap, 'bootstrap'),
    listen: readAddresses(init.listen, 'listen'),
    proxy,
    maxConnections,
    sharedHost,
    stem,
    stun,
    log
  }
}
