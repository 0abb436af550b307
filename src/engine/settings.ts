import type { Store } from '../store/store-api.ts'

/** A value of this node, kept in the store as JSON; what cannot be read counts as absent. */
export async function readSetting<T> (store: Store, name: string): Promise<T | undefined> {
  const bytes = await store.getSetting(name)
  if (bytes == null) {
    return undefined
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

export async function writeSetting (store: Store, name: string, value: unknown): Promise<void> {
  await store.putSetting(name, new TextEncoder().encode(JSON.stringify(value)))
}
