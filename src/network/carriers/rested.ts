import { BoundedMap } from '../limits.ts'
import type { Transport } from '@libp2p/interface'

const FIRST_REST_MS = 400
/** Short enough that somebody who came back is soon met. */
const MAX_REST_MS = 5_000
/** Addresses remembered as not answering. */
export const MAX_RESTING = 256

/** Thrown instead of dialling an address that has just not answered; it is dialled again a little later. */
export class RestingAddressError extends Error {
  static name = 'RestingAddressError'
  name = 'RestingAddressError'
}

export interface RestInit {
  /** ms */
  now? (): number
}

/**
 * A carrier that lets an address rest after it did not answer. One look-up in a DHT asks for two dozen
 * keys, and each dials a dead server anew: without this a page opened thirty sockets in a second.
 */
export function rested<C> (carrier: (components: C) => Transport, { now = () => performance.now() }: RestInit = {}): (components: C) => Transport {
  return components => {
    const transport = carrier(components)
    const dial = transport.dial.bind(transport)
    const resting = new BoundedMap<string, { failures: number, until: number }>({ max: MAX_RESTING })
    transport.dial = async (address, options) => {
      const key = address.toString()
      const { failures, until } = resting.get(key) ?? { failures: 0, until: 0 }
      if (now() < until) {
        throw new RestingAddressError(`${key} did not answer a moment ago. It is tried again soon.`)
      }
      try {
        const connection = await dial(address, options)
        resting.delete(key)
        return connection
      } catch (error) {
        // who gave up waiting says nothing about the address
        if (options.signal?.aborted !== true) {
          resting.set(key, { failures: failures + 1, until: now() + Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** Math.min(failures, 8)) })
        }
        throw error
      }
    }
    return transport
  }
}
