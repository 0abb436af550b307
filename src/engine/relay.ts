import { createRelay as createNode } from '../network/relay.ts'
import { InvalidParametersError } from '../room/index.ts'
import { readAddresses } from './addresses.ts'
import type { UndertoneInit } from './api.ts'
import type { Relay } from '../network/relay.ts'

export type { Relay } from '../network/relay.ts'

const SEED_BYTES = 32

/** How a relay is reached and whom it helps; see {@link UndertoneInit} for what each setting does. */
export interface RelayInit extends Pick<UndertoneInit, 'profile' | 'dht' | 'bootstrap' | 'listen' | 'announce' | 'tls' | 'proxy' | 'log'> {
  /** 32 random bytes kept over restarts: the relay keeps its peer ID and certificate, so that addresses in invites stay good */
  seed?: Uint8Array
}

/**
 * Starts a volunteer's node in Node.js: a circuit relay and DHT server for members it knows nothing
 * about. It sees ciphertext, transport peer IDs and IP addresses; no room, author or text.
 *
 * @throws {InvalidParametersError} for addresses or a seed that cannot be used
 */
export async function createRelay (init: RelayInit = {}): Promise<Relay> {
  const { seed, profile = 'public' } = init
  if (seed != null && seed.length !== SEED_BYTES) {
    throw new InvalidParametersError(`seed must have ${SEED_BYTES} bytes.`)
  }
  const relay = await createNode({
    profile,
    dht: init.dht ?? (profile === 'public' ? 'amino' : 'own'),
    bootstrap: readAddresses(init.bootstrap, 'bootstrap'),
    listen: readAddresses(init.listen, 'listen'),
    announce: readAddresses(init.announce, 'announce'),
    tls: init.tls,
    proxy: init.proxy,
    log: init.log,
    seed
  })
  await relay.start()
  return relay
}
