import { BrowserLevel } from 'browser-level'
import { DataInUseError, DiskFullError } from './errors.ts'
import type { Platform } from './platform.ts'

/** IndexedDB has no lock of its own: the page holds one as long as the data is open. */
const locks = new Map<string, () => void>()

function named (error: any): unknown {
  const names = [error?.name, error?.cause?.name]
  return names.includes('QuotaExceededError') ? new DiskFullError('The browser gives no more room for this page. Free some space; what was stored before is intact, the last change was not stored.') : error
}

async function lock (name: string): Promise<void> {
  if (!('locks' in navigator)) {
    return
  }
  await new Promise<void>((resolve, reject) => {
    navigator.locks.request(`undertone/${name}`, { ifAvailable: true }, async held => {
      if (held == null) {
        reject(new DataInUseError('Another tab is using this data. Use that one, or close it first.'))
        return
      }
      resolve()
      await new Promise<void>(resolve => { locks.set(name, resolve) })
    }).catch(reject)
  })
}

/** IndexedDB of one origin: browser-level for records, and another one for the vault's few values. */
export const platform: Platform = {
  async exists (location) {
    const files = await platform.openFiles(location)
    const header = await files.read('vault')
    await files.close()
    return header != null
  },

  async openFiles (location) {
    const level = new BrowserLevel<string, Uint8Array>(`${location}-vault`, { valueEncoding: 'view' })
    await level.open()
    return {
      read: async name => level.get(name),
      write: async (name, bytes) => {
        await level.put(name, bytes).catch((error: unknown) => { throw named(error) })
      },
      destroy: async name => {
        const before = await level.get(name)
        if (before != null) {
          await level.put(name, globalThis.crypto.getRandomValues(new Uint8Array(before.length)))
          await level.del(name)
        }
      },
      list: async () => level.keys().all(),
      close: async () => level.close()
    }
  },

  async openLevel (location) {
    await lock(location)
    const level = new BrowserLevel<Uint8Array, Uint8Array>(`${location}-records`, { keyEncoding: 'view', valueEncoding: 'view' })
    await level.open()
    level.once('closed', () => {
      locks.get(location)?.()
      locks.delete(location)
    })
    return level as any
  },

  async destroyLevel (location) {
    await BrowserLevel.destroy(`${location}-records`)
  },

  named
}
