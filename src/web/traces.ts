import { mayShare } from './tab-channel.ts'
import type { PageState } from './page-state.ts'

/** Name of the databases of a page that keeps its data. */
export const DATA = 'undertone'

/** Whether this browser can keep things for this page, and whether it has. */
export async function keepsHere (): Promise<Pick<PageState, 'keepable' | 'vault'>> {
  const keepable = 'indexedDB' in globalThis && mayShare(new URL(location.href))
  return { keepable, vault: keepable && await hasVault(DATA) }
}

/** What can be said before the page's node is there. */
export async function firstState (helpers: string[]): Promise<PageState> {
  return { helpers, stun: [], kept: false, ...await keepsHere() }
}

/** Whether this device keeps data of an earlier visit. */
async function hasVault (data: string): Promise<boolean> {
  if (!('databases' in indexedDB)) {
    return false
  }
  return (await indexedDB.databases()).some(({ name }) => name?.includes(`${data}-vault`) === true)
}

/** Everything a browser may remember of this page: databases, caches, service worker, storage. */
export async function clearEverything (data: string): Promise<void> {
  const databases = 'indexedDB' in globalThis && 'databases' in indexedDB ? await indexedDB.databases() : []
  await Promise.allSettled(databases.filter(({ name }) => name?.includes(`${data}-`) === true).map(async ({ name }) => new Promise<void>(resolve => {
    const request = indexedDB.deleteDatabase(name as string)
    request.onsuccess = request.onerror = request.onblocked = () => { resolve() }
  })))
  for (const storage of ['sessionStorage', 'localStorage'] as const) {
    try {
      globalThis[storage].clear()
    } catch {
      // the browser has it switched off: then there is nothing in it
    }
  }
  if ('caches' in globalThis) {
    await Promise.allSettled((await caches.keys().catch(() => [])).filter(name => name.startsWith('undertone')).map(async name => caches.delete(name)))
  }
  if ('serviceWorker' in navigator) {
    const workers = await navigator.serviceWorker.getRegistrations().catch(() => [])
    const here = new URL('.', location.href).href
    await Promise.allSettled(workers.filter(({ scope }) => scope === here).map(async worker => worker.unregister()))
  }
}
