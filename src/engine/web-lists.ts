import { toString } from 'uint8arrays'
import { proxyOf } from '../network/addresses.ts'
import { fetchWebFile } from '../network/web-file.ts'
import { NotSupportedError } from './errors.ts'
import { randomSeed } from './randomness.ts'
import type { NetworkInit } from '../network/compartment-api.ts'
import type { AbortOptions } from '@libp2p/interface'

/** What a web server was asked for, for the ledger. */
export interface WebVisit { address: string, time: number, proxied: boolean }

/** A web address, rather than an invite in the form of a link. */
export function isWebAddress (text: string): boolean { return /^https?:\/\//i.test(text.trim()) && !text.includes('#/join/') }

export interface WebListsInit { network: NetworkInit, allowed(): boolean, now(): number }

/** Lists by web address: only for who asked for that, since a web server learns who reads. */
export class WebLists {
  readonly #init: WebListsInit

  constructor (init: WebListsInit) {
    this.#init = init
  }

  /**
   * @throws {NotSupportedError} unless the reader allows it, or in a local network
   * @throws {WebAddressError}
   */
  async fetch (address: string, { signal }: AbortOptions = {}): Promise<{ bytes: Uint8Array, visit: WebVisit }> {
    const { network, allowed, now } = this.#init
    if (!allowed()) {
      throw new NotSupportedError('A web server learns who reads a list. If you want that all the same, allow it with moderation.policy {"web": true}; or save the list to a file and subscribe by that.')
    }
    if (network.profile === 'lan') {
      throw new NotSupportedError('With profile "lan" nothing leaves the local network. Save the list to a file and subscribe by that.')
    }
    const proxy = proxyOf(network)
    const identity = toString(randomSeed().subarray(0, 16), 'base64url')
    const bytes = await fetchWebFile(address.trim(), { proxy, identity, signal })
    return { bytes, visit: { address: address.trim(), time: now(), proxied: proxy != null } }
  }
}
