import { openStore } from '../store/index.ts'
import { Restartable } from './restartable.ts'
import { Engine } from './undertone.ts'
import type { Undertone, UndertoneInit } from './api.ts'

async function startEngine (init: UndertoneInit): Promise<Engine> {
  const store = init.store ?? await openStore({ data: init.data, passphrase: init.passphrase, now: init.now })
  try {
    const engine = new Engine(init, store)
    await engine.start()
    return engine
  } catch (error) {
    await store.close()
    throw error
  }
}

/**
 * Makes an engine, opens its store and the rooms in it, and starts them: what it returns is running. `stop()` ends
 * it; `start()` then begins anew with what is stored. Without `data` and `passphrase` nothing is written. Events come
 * as one `event` of type {@link UndertoneEvent}.
 *
 * @throws {InvalidParametersError} for addresses that cannot be read
 * @throws {WrongPassphraseError} when the passphrase does not open the store
 */
export async function createUndertone (init: UndertoneInit = {}): Promise<Undertone> {
  return Restartable.create(async () => startEngine(init))
}
