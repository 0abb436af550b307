import { openStore } from '../store/index.ts'
import { Restartable } from './restartable.ts'
import { Engine } from './undertone.ts'
import type { Undertone, UndertoneInit } from './api.ts'
import type { AbortOptions } from '@libp2p/interface'

async function startEngine (init: UndertoneInit, options: AbortOptions = {}): Promise<Engine> {
  options.signal?.throwIfAborted()
  const store = init.store ?? await openStore({ data: init.data, passphrase: init.passphrase, now: init.now, ...options })
  let engine: Engine | undefined
  try {
    engine = new Engine(init, store)
    await engine.start(options)
    return engine
  } catch (error) {
    // rooms that were open by then go off the network again
    await (engine?.stop() ?? store.close())
    throw error
  }
}

/**
 * Makes an engine, opens its store and the rooms in it, and starts them: what it returns is running. `stop()` ends
 * it; `start()` then begins anew with what is stored. Without `data` and `passphrase` nothing is written. Events come
 * as one `event` of type {@link UndertoneEvent}. `signal` ends the opening; what runs is ended by `stop()`.
 *
 * @throws {InvalidParametersError} for addresses that cannot be read
 * @throws {WrongPassphraseError} when the passphrase does not open the store
 */
export async function createUndertone ({ signal, ...init }: UndertoneInit & AbortOptions = {}): Promise<Undertone> {
  return Restartable.create(async options => startEngine(init, options), { signal })
}
